import type { DirectionProbe, LatentProbe, Probe, RecordVectors, TaughtProbe, TrainedProbe } from '../types';
import { directionForm, directionNulls } from './direction';
import { readInput } from './input';
import { latentMean, latentMeansAt } from './latent';
import { applyForm, type LinearForm, type LinearForms } from './linearForm';
import { scoreMatrix } from './scoreMatrix';
import { readyTaught, scoreTaught, scoreTaughtNulls, type TaughtForm } from './taught';
import { trainedForm, trainedNulls } from './trained';

/** A probe unpacked for use. Make one a card and keep it. */
export type ReadyProbe =
  | { kind: 'linear'; probe: TrainedProbe | DirectionProbe; form: LinearForm; nulls: LinearForms }
  | { kind: 'taught'; probe: TaughtProbe; form: TaughtForm }
  | { kind: 'latent'; probe: LatentProbe; nulls: number[] };

export function readyProbe(probe: Probe): ReadyProbe {
  switch (probe.kind) {
    case 'trained':
      return { kind: 'linear', probe, form: trainedForm(probe), nulls: trainedNulls(probe) };
    case 'direction':
      return { kind: 'linear', probe, form: directionForm(probe), nulls: directionNulls(probe) };
    case 'latent':
      if (probe.nulls.kind !== 'latents of the same density') throw new RangeError(`a latent has latents as nulls, not ${probe.nulls.kind}`);
      return { kind: 'latent', probe, nulls: probe.nulls.latents };
    case 'taught':
      return { kind: 'taught', probe, form: readyTaught(probe) };
  }
}

/**
 * One record's score; high is more of the persona. Throws ProbeInputError where its vectors lack what the probe reads.
 * @param response its response's text, which taught probes read too
 */
export function scoreRecord(ready: ReadyProbe, vectors: RecordVectors, response?: string): number {
  if (ready.kind === 'linear') return applyForm(ready.form, readInput(vectors, ready.probe));
  if (ready.kind === 'taught') return scoreTaught(ready.form, vectors, response);
  return ready.probe.sign * latentMean(latentMeansAt(vectors, ready.probe.hookPoint), ready.probe.latent);
}

/** Whether the probe reads push vectors, which a later pass gives. */
export function readsPush(ready: ReadyProbe): boolean {
  if (ready.kind === 'taught') return ready.form.parts.some(({ kernel }) => kernel === 'push');
  return ready.probe.measure === 'push' || ready.probe.measure === 'activation+push';
}

export function scoreRecords(ready: ReadyProbe, records: readonly RecordVectors[]): Float64Array {
  return Float64Array.from(records, (record) => scoreRecord(ready, record));
}

/** Scores of records under the probe's null probes, `[records, count]`, row-major. A null latent carries the probe's sign. */
export function scoreNulls(ready: ReadyProbe, records: readonly RecordVectors[], responses?: readonly string[]): Float64Array {
  if (ready.kind === 'taught') return scoreTaughtNulls(ready.form, records, responses);
  if (ready.kind === 'linear') {
    return scoreMatrix(
      records.map((record) => readInput(record, ready.probe)),
      ready.nulls,
    );
  }
  const { nulls, probe } = ready;
  const scores = new Float64Array(records.length * nulls.length);
  // Hundreds of latents are looked up in each record: spread out, and taken together again.
  const dense = new Float32Array(1 + Math.max(-1, ...nulls));
  records.forEach((record, r) => {
    const { index, value } = latentMeansAt(record, probe.hookPoint);
    for (let i = 0; i < index.length; i++) if (index[i]! < dense.length) dense[index[i]!] = value[i]!;
    for (let j = 0; j < nulls.length; j++) scores[r * nulls.length + j] = probe.sign * dense[nulls[j]!]!;
    for (let i = 0; i < index.length; i++) if (index[i]! < dense.length) dense[index[i]!] = 0;
  });
  return scores;
}

/** How many null probes a probe has. */
export function nullCount(ready: ReadyProbe): number {
  return ready.probe.nulls.count;
}
