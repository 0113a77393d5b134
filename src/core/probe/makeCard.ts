import { throwIfAborted } from '../../base/errors';
import type { HookPoint, PersonaCard, Probe, ProbeInput } from '../types';
import { makeDirection, makeLatents, makeTrained, type ProbeMaking } from './cardProbes';
import { type CardMeasure, type LabelledRow, textRow } from './labelledRow';
import { textHeldOut } from './textHeldOut';
import { trainText } from './trainText';

export interface MakeCardOptions {
  name: string;
  description: string;
  model: PersonaCard['model'];
  hookPoint: HookPoint;
  /** The SAE that `latents` were read with; null makes no latent probes. */
  sae: { name: string; sha256: string } | null;
  seed: number;
  provenance: Omit<PersonaCard['provenance'], 'seed'>;
  blindSpots: readonly string[];
  /** The rows' domains unless told. */
  validatedOn?: readonly string[];
  /** The first is the default's. Push needs push vectors on every row. */
  measures?: readonly CardMeasure[];
  /** Inputs that the trained probe on activations may choose between; the contrast direction reads the first. */
  inputs?: readonly ProbeInput[];
  lambdas?: readonly number[];
  /** Null probes of each probe, at least 1. */
  nulls?: number;
  latentsEachSign?: number;
  resamples?: number;
  signal?: AbortSignal;
  onProgress?: (step: string) => void;
}

/**
 * A card from labelled rows: trained probes, contrast directions, latents of both signs, the text model, each with its nulls and
 * leave-one-domain-out evidence. The same rows, options and seed give the same card. A step may block for half a minute (600 pairs); between
 * them the signal is heard.
 */
export async function makeCard(rows: readonly LabelledRow[], options: MakeCardOptions): Promise<PersonaCard> {
  const { seed, hookPoint, sae, measures = ['activation'], inputs = ['response', 'response-minus-prompt'], nulls = 200, latentsEachSign = 3, resamples = 1000 } = options;
  const step = async <T>(name: string, work: () => T): Promise<T> => {
    options.onProgress?.(name);
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(options.signal);
    return work();
  };
  const text = await step('text model', () => trainText(rows.map(textRow)));
  const heldOutText = await step('text model, held out', () => textHeldOut(rows.map(textRow), seed));
  const making: ProbeMaking = { rows, hookPoint, text: heldOutText, seed, nulls, resamples };
  const probes: Probe[] = [];
  for (const measure of measures) {
    const read: readonly ProbeInput[] = measure === 'push' ? ['response'] : inputs;
    probes.push(await step(`trained probe (${measure})`, () => makeTrained(making, measure, read, options.lambdas)));
    // A difference of means of two vectors put together is the two differences, which stand for themselves.
    if (measure !== 'activation+push') probes.push(await step(`contrast direction (${measure})`, () => makeDirection(making, measure, read[0]!)));
  }
  if (sae !== null) probes.push(...(await step('latents', () => makeLatents(making, sae, latentsEachSign))));
  return {
    format: 'persona-lens-card',
    version: 1,
    name: options.name,
    description: options.description,
    model: options.model,
    probes,
    default: { probe: probes[0]!.id, measure: probes[0]!.measure },
    text,
    provenance: { ...options.provenance, seed },
    validatedOn: [...(options.validatedOn ?? new Set(rows.map((row) => row.domain)))],
    blindSpots: [...options.blindSpots],
  };
}
