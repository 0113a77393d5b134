import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TokenizedRecord } from '../core/types';
import { bareRecord } from './bareRecord';
import type { Engine } from './engine';
import { EngineError } from './errors';
import { checkSae } from './saeCheck';

const schema = z.object({
  hookPoint: z.string(),
  ids: z.array(z.number().int()).min(1),
  /** Base64 of little-endian fp32 `[tokens, dModel]`, written by the reference framework. */
  residual: z.string(),
});

/** How near the device comes to the reference that the model was packaged with. */
export interface Parity {
  /** Smallest cosine, over tokens, of the residual stream with the reference's. */
  minCosine: number;
  tokens: number;
}

/** Below this the device computes something else than the model. */
export const leastCosine = 0.999;

/**
 * Runs the model's own short check text, compares the residual stream with the packaged reference, and holds the SAE to the model. A model without one
 * reads a few tokens, which must give finite numbers.
 * @returns null where the model carries no check
 * @throws EngineError `parity` when the numbers are not the model's, `not-finite`, SaeError `wrong-model`
 */
export async function selfCheck(folder: string, engine: Engine): Promise<Parity | null> {
  const check = await readCheck(folder);
  if (check === null) {
    const { residual } = await engine.trace(bareRecord([0, 1, 0]));
    if (residual.every(Number.isFinite)) return null;
    throw new EngineError('not-finite', `${engine.info.model} on ${engine.info.device} gives numbers that are not finite. Its weights are damaged, or training diverged: fetch them again, or choose an earlier checkpoint.`);
  }
  const bytes = Buffer.from(check.residual, 'base64');
  const reference = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const trace = await engine.trace(recordOf(check));
  const { residual, dModel, tokens } = trace;
  let minCosine = 1;
  for (let t = 0; t < tokens; t++) minCosine = Math.min(minCosine, cosine(residual, reference, t * dModel, dModel));
  if (!(minCosine >= leastCosine))
    throw new EngineError('parity', `${engine.info.model} on ${engine.info.device} does not compute what its reference does (cosine ${minCosine.toFixed(4)}). Restore the model's folder ${folder}, or try another device; where that does not help, report this with Copy Diagnostics.`);
  await checkSae(engine.model, trace);
  return { minCosine, tokens };
}

/** The text that a model carries to be checked with; null where it carries none. */
export async function checkText(folder: string): Promise<TokenizedRecord | null> {
  const check = await readCheck(folder);
  return check && recordOf(check);
}

const recordOf = ({ ids }: z.infer<typeof schema>): TokenizedRecord => bareRecord(ids, { hash: 'self-check' });

async function readCheck(folder: string): Promise<z.infer<typeof schema> | null> {
  const file = join(folder, 'selfcheck.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new EngineError('parity', `${file} is not a self-check, so what the model computes cannot be checked. Restore the model's folder.`, { cause: error });
  }
}

/** Cosine of two vectors of length n at the same offset. */
export function cosine(a: Float32Array, b: Float32Array, offset: number, n: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = offset; i < offset + n; i++) {
    ab += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return ab / Math.sqrt(aa * bb);
}
