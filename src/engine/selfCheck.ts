import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { TokenizedRecord } from '../core/types';
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
const leastCosine = 0.999;

/**
 * Runs the model's own short check text, compares the residual stream with the packaged reference, and holds the SAE to the model.
 * @returns null where the model carries no check
 * @throws EngineError `parity` when the numbers are not the model's, SaeError `wrong-model`
 */
export async function selfCheck(folder: string, engine: Engine): Promise<Parity | null> {
  const file = join(folder, 'selfcheck.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const check = parseCheck(text, file);
  const bytes = Buffer.from(check.residual, 'base64');
  const reference = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const trace = await engine.trace(checkRecord(check.ids));
  const { residual, dModel, tokens } = trace;
  let minCosine = 1;
  for (let t = 0; t < tokens; t++) minCosine = Math.min(minCosine, cosine(residual, reference, t * dModel, dModel));
  if (!(minCosine >= leastCosine))
    throw new EngineError('parity', `${engine.info.model} on ${engine.info.device} does not compute what its reference does (cosine ${minCosine.toFixed(4)}). Restore the model's folder ${folder}, or try another device; where that does not help, report this with Copy Diagnostics.`);
  await checkSae(engine.model, trace);
  return { minCosine, tokens };
}

function parseCheck(text: string, file: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new EngineError('parity', `${file} is not a self-check, so what the model computes cannot be checked. Restore the model's folder.`, { cause: error });
  }
}

function checkRecord(ids: number[]): TokenizedRecord {
  const n = ids.length;
  return {
    hash: 'self-check',
    ids: Int32Array.from(ids),
    turnOf: new Int16Array(n),
    charStart: new Uint32Array(n),
    charEnd: new Uint32Array(n),
    response: new Uint8Array(n).fill(1),
    truncated: false,
    templateMarkers: false,
  };
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
