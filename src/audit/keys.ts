import { canonicalJson, sha256 } from '../base/hash';
import type { RecordTokenizer } from '../core/text';
import type { ScoreKey, VectorKey } from '../core/types';
import { type ModelIdentity, kernelRevision } from '../engine/engine';
import type { LoadedModel } from '../engine/loadedModel';
import type { Assets } from './assets';

/** What must be equal for two vectors of a record to be comparable. */
export function vectorKey({ model, info }: ModelIdentity, tokenizer: RecordTokenizer, maxTokens: number): VectorKey {
  return {
    model: info.modelHash,
    adapter: info.adapter?.hash ?? null,
    adapterScale: info.adapter?.scale ?? 0,
    precision: info.precision,
    device: info.device,
    tokenizer: tokenizer.tokenizer.hash,
    template: tokenizer.templateHash,
    captureSet: [model.hookPoint],
    positions: 'response',
    sae: model.sae?.sha256 ?? null,
    maxTokens: tokenLimit(maxTokens, model),
    kernelRevision,
  };
}

/** Rows are read up to here: the user's limit, or the model's positions where there are fewer. */
export const tokenLimit = (maxTokens: number, model: Pick<LoadedModel, 'config'>): number => Math.min(maxTokens, model.config.maxPositions);

export const vectorKeyHash = (key: VectorKey): string => sha256(canonicalJson(key));

/** Raised by hand when the same vectors give other scores or spans. */
const scoreRevision = 1;

/** What must be equal for two scores, or what the token pass found, to be comparable. */
export const scoreKey = (key: VectorKey, { cardHash, reference }: Pick<Assets, 'cardHash' | 'reference'>): ScoreKey => ({ ...key, card: cardHash, reference: reference.hash, scoreRevision });

export const scoreKeyHash = (key: ScoreKey): string => sha256(canonicalJson(key));
