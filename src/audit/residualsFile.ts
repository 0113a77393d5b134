import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ExpectedError, throwIfAborted } from '../base/errors';
import { fileOutput } from '../base/output';
import { type TensorLayout, byteLength, safetensorsHeader } from '../core/tensors';
import { RecordTokenizer, Tokenizer } from '../core/text';
import { bareRecord } from '../engine/bareRecord';
import type { Engine } from '../engine/engine';
import type { LoadedModel } from '../engine/loadedModel';
import type { ResidualsFile, ResidualsRequest } from '../protocol';

/**
 * Writes `ids [pos]`, the residual stream at each hook point, `[pos, dModel]` under its name, and the last position's `logits [vocabulary]`. The metadata
 * say what made them.
 * @throws ModelError `unknown-hook-point`, TextError, EngineError, ExpectedError `cannot-write`, `overwrites-model`
 */
export async function writeResiduals({ input, hooks, out, software }: ResidualsRequest, engine: Engine, signal: AbortSignal | undefined): Promise<ResidualsFile> {
  const { model, info } = engine;
  await refuseModelFiles(out, model);
  const ids = await idsOf(input, model.folder);
  if (ids.length === 0) throw new ExpectedError('no-tokens', 'There is no token to read. Give a text that is not empty.');
  const { residual, logits } = await engine.residuals(bareRecord(ids), hooks, signal);
  throwIfAborted(signal);
  const floats = (name: string, shape: number[], data: Float32Array) => ({ name, dtype: 'float32', shape, data }) as const;
  const tensors: (TensorLayout & { data: Float32Array | BigInt64Array })[] = [
    { name: 'ids', dtype: 'int64', shape: [ids.length], data: BigInt64Array.from(ids, BigInt) },
    ...[...residual].map(([hook, values]) => floats(hook, [ids.length, model.config.dModel], values)),
    floats('logits', [logits.length], logits),
  ];
  const header = safetensorsHeader(tensors, {
    model: info.model,
    model_sha256: info.modelHash,
    ...(info.adapter ? { adapter: info.adapter.name, adapter_sha256: info.adapter.hash, adapter_scale: String(info.adapter.scale) } : {}),
    hook_points: [...residual.keys()].join(','),
    precision: info.precision,
    device: info.device,
    runtime: info.runtime,
    software,
  });
  const output = await fileOutput(out);
  try {
    await output.write(header);
    for (const { data } of tensors) await output.write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    await output.end();
  } catch (error) {
    await output.abandon();
    throw error;
  }
  const bytes = tensors.reduce((sum, { dtype, shape }) => sum + byteLength(dtype, shape), header.length);
  return { path: resolve(out), model: info.model, tokens: ids.length, hooks: [...residual.keys()], bytes };
}

async function idsOf(input: ResidualsRequest['input'], folder: string): Promise<number[]> {
  if ('ids' in input) return input.ids;
  if ('text' in input) return (await Tokenizer.load(folder)).encodeTrusted(input.text);
  return (await RecordTokenizer.load(folder, { kind: 'model' }, null)).userMessage(input.message);
}

/** The weights are mapped while the model is open: writing over them would change what it computes. */
async function refuseModelFiles(out: string, { folder, weights }: LoadedModel): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  const [target, place, own] = await Promise.all([real(out), real(dirname(resolve(out))), real(folder)]);
  if (place === own || weights.files().includes(target))
    throw new ExpectedError('overwrites-model', `${out} lies in the model's folder, whose files are read and never written. Give a file elsewhere.`);
}
