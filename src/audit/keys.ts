import { canonicalJson, sha256 } from '../base/hash';
import type { RecordTokenizer } from '../core/text';
import type { ScoreKey, VectorKey } from '../core/types';
import { type Engine, kernelRevision } from '../engine/engine';
import type { Assets } from './assets';

/** What must be equal for two vectors of a record to be comparable. */
export function vectorKey(engine: Engine, tokenizer: RecordTokenizer, maxTokens: number): VectorKey {
  return {
    model: engine.info.modelHash,
    adapter: engine.info.adapter?.hash ?? null,
    adapterScale: engine.info.adapter?.scale ?? 0,
    precision: engine.info.precision,
    device: engine.info.device,
    tokenizer: tokenizer.tokenizer.hash,
    template: tokenizer.templateHash,
    captureSet: [engine.model.hookPoint],
    positions: 'response',
    sae: engine.model.sae?.sha256 ?? null,
    maxTokens: tokenLimit(maxTokens, engine),
    kernelRevision,
  };
}

/** Rows are read up to here: the user's limit, or the model's positions where there are fewer. */
export const tokenLimit = (maxTokens: number, { model }: Engine): number => Math.min(maxTokens, model.config.maxPositions);

export const vectorKeyHash = (key: VectorKey): string => sha256(canonicalJson(key));

export function scoreKeyHash(key: VectorKey, { cardHash, reference }: Assets): string {
  const scoreKey: ScoreKey = { ...key, card: cardHash, reference: reference.hash };
  return sha256(canonicalJson(scoreKey));
}
