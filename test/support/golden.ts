import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFloats, readSafetensorsHeader } from '../../src/core/tensors';
import { root } from './paths';

/** Reference outputs of the Python libraries; see the README there. */
export const golden = join(root, 'test/golden/fixtures');

export function goldenJson<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(golden, ...path), 'utf8')) as T;
}

/** The tensors of a reference file by name, fp32 and int32. */
export async function goldenTensors(...path: string[]) {
  const tensors = await readSafetensorsHeader(join(golden, ...path));
  const bytes = readFileSync(join(golden, ...path));
  return {
    floats: (name: string): Promise<Float32Array> => readFloats(tensors.get(name)!),
    ints: (name: string): Int32Array => {
      const { offset, length } = tensors.get(name)!.bytes;
      return new Int32Array(new Uint8Array(bytes.subarray(offset, offset + length)).buffer);
    },
  };
}

/** Tolerance as the golden files state it: |a - b| <= atol + rtol |b|. */
export interface Tolerance {
  atol: number;
  rtol: number;
}

/** How far beyond the tolerance the worst value lies: at most 1 passes; values of other lengths never do. */
export function worstExcess(got: Float32Array, expected: Float32Array, { atol, rtol }: Tolerance): number {
  if (got.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const excess = Math.abs(got[i]! - expected[i]!) / (atol + rtol * Math.abs(expected[i]!));
    if (!(excess <= worst)) worst = Number.isNaN(excess) ? Infinity : excess;
  }
  return worst;
}
