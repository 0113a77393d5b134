import type { PackedVector, PersonaCard, Probe, TaughtPart } from '../types';
import { unpack } from './pack';

/** What is wrong with the vectors of a card whose form is right; null where nothing is. */
export function vectorProblem(card: PersonaCard): string | null {
  const problems = card.probes.map((probe) => within(`probe "${probe.id}"`, () => checkProbe(probe)));
  const { text } = card;
  if (text !== null) {
    problems.push(
      within('text model', () => {
        check('idf', text.idf, [text.buckets]);
        check('weights', text.weights, [text.buckets]);
      }),
    );
  }
  return problems.find((problem) => problem !== null) ?? null;
}

function checkProbe(probe: Probe): void {
  switch (probe.kind) {
    case 'trained': {
      const d = length('weights', probe.weights);
      check('weights', probe.weights, [d]);
      check('mean', probe.mean, [d]);
      if (check('scale', probe.scale, [d]).some((value) => value <= 0)) throw new RangeError('scale must be above 0 everywhere');
      if (probe.nulls.kind === 'permuted labels') check('nulls', probe.nulls.weights, [probe.nulls.count, d]);
      return;
    }
    case 'direction': {
      const d = length('direction', probe.direction);
      check('direction', probe.direction, [d]);
      if (probe.nulls.kind === 'random directions') check('nulls', probe.nulls.directions, [probe.nulls.count, d]);
      return;
    }
    case 'latent':
      if (probe.nulls.kind === 'latents of the same density' && probe.nulls.latents.length !== probe.nulls.count) {
        throw new RangeError(`nulls: ${probe.nulls.latents.length} latents are listed and the count says ${probe.nulls.count}`);
      }
      return;
    case 'taught':
      if (probe.nulls.kind !== 'permuted marks') throw new RangeError(`nulls must be permuted marks, not ${probe.nulls.kind}`);
      if (probe.nulls.biases.length !== probe.nulls.count) throw new RangeError(`nulls: ${probe.nulls.biases.length} biases are listed and the count says ${probe.nulls.count}`);
      if (new Set(probe.parts.map(({ kernel }) => kernel)).size !== probe.parts.length) throw new RangeError('two parts are of the same kernel');
      for (const part of probe.parts) within(part.kernel, () => checkTaughtPart(part, probe.nulls.count), true);
  }
}

function checkTaughtPart(part: TaughtPart, count: number): void {
  const size = length('weights', part.weights);
  check('weights', part.weights, [size]);
  check('nulls', part.nulls, [count, size]);
  if (part.kernel !== 'text') return;
  const buckets = length('idf', part.idf);
  check('idf', part.idf, [buckets]);
  const support = check('support', part.support, [size]);
  support.forEach((bucket, i) => {
    if (!Number.isInteger(bucket) || bucket < 0 || bucket >= buckets || (i > 0 && bucket <= support[i - 1]!)) throw new RangeError('support must be ascending bucket numbers');
  });
}

function length(name: string, { shape }: PackedVector): number {
  if (shape.length !== 1) throw new RangeError(`${name} must be one vector, and its shape is [${shape.join(', ')}]`);
  return shape[0]!;
}

function check(name: string, vector: PackedVector, shape: number[]): Float32Array {
  if (vector.shape.join() !== shape.join()) throw new RangeError(`${name} has the shape [${vector.shape.join(', ')}] and should have [${shape.join(', ')}]`);
  const values = within(name, () => unpack(vector), true)!;
  if (!values.every(Number.isFinite)) throw new RangeError(`${name} holds a value that is no finite number`);
  return values;
}

/** Puts the place before what went wrong: as a message, or thrown on. */
function within<T>(place: string, work: () => T, rethrow: true): T;
function within(place: string, work: () => void): string | null;
function within<T>(place: string, work: () => T, rethrow = false): T | string | null {
  try {
    const result = work();
    return rethrow ? result : null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    if (rethrow) throw new RangeError(`${place}: ${error.message}`);
    return `${place}: ${error.message}`;
  }
}
