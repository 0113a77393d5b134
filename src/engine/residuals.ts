import { finalNorm, headValues } from '../core/model';
import type { OrtSession } from './ortSession';
import type { PackedBatch } from './packedBatch';

/** The residual stream of one record. */
export interface Residuals {
  /** By hook point, `[tokens, dModel]`. */
  residual: Map<string, Float32Array>;
  /** After the last token, `[vocabulary]`. */
  logits: Float32Array;
}

/** Runs the residuals graph over one record, and the head over its last position. */
export async function runResiduals(sessions: { residuals: OrtSession; head: OrtSession }, hooks: readonly string[], { feeds }: PackedBatch, dModel: number): Promise<Residuals> {
  const values = await sessions.residuals.run(feeds, [...hooks, finalNorm]);
  const floats = (name: string) => values[name]!.data as Float32Array;
  return { residual: new Map(hooks.map((hook) => [hook, floats(hook)])), logits: await logitsOf(sessions.head, floats(finalNorm).slice(-dModel), dModel) };
}

/** Logits of hidden states after the final norm: `[positions, dModel]` to `[positions, vocabulary]`. */
export async function logitsOf(head: OrtSession, hidden: Float32Array, dModel: number): Promise<Float32Array> {
  const positions = hidden.length / dModel;
  const feeds = { [headValues.hidden]: { data: hidden, dims: [positions, dModel] }, [headValues.target]: { data: new BigInt64Array(positions), dims: [positions] } };
  return (await head.run(feeds, [headValues.logits]))[headValues.logits]!.data as Float32Array;
}
