import { closeSync, cpSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { decoderGraph, openCheckpoint, quantisedAfter } from '../../src/core/model';
import { readBytes, readFloats } from '../../src/core/tensors';
import { bundledModel } from './paths';

/** A copy of the bundled model with its weights written out in fp32, without a manifest: what a trainer would have left. */
export async function writeDequantised(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const { config, weights } = await openCheckpoint(bundledModel);
  const parts: { name: string; shape: number[]; read: () => Promise<Float32Array> }[] = quantisedAfter(decoderGraph(config, weights), 'blocks.0.hook_resid_pre', weights);
  for (const name of weights.names().filter((candidate) => candidate.endsWith('norm.weight'))) parts.push({ name, shape: [config.dModel], read: () => readFloats(weights.get(name, [config.dModel])) });
  parts.push({ name: 'model.embed_tokens.weight', shape: [config.vocabulary, config.dModel], read: () => embedding() });
  /** w = d q over blocks of 32. */
  const embedding = async () => {
    const [quants, scales] = [await readBytes(weights.get('model.embed_tokens.qweight', [config.vocabulary, config.dModel])), await readFloats(weights.get('model.embed_tokens.scales', [config.vocabulary, config.dModel / 32]))];
    return Float32Array.from(new Int8Array(quants.buffer), (q, i) => q * scales[i >> 5]!);
  };
  let offset = 0;
  const header = JSON.stringify(Object.fromEntries(parts.map(({ name, shape }) => [name, { dtype: 'F32', shape, data_offsets: [offset, (offset += 4 * shape.reduce((a, b) => a * b))] }])));
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  writeSync(file, new Uint8Array(BigUint64Array.of(BigInt(Buffer.byteLength(header))).buffer));
  writeSync(file, header);
  for (const { read } of parts) {
    const { buffer, byteOffset, byteLength } = await read();
    writeSync(file, new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength));
  }
  closeSync(file);
  const { quantization_config: _, ...plain } = JSON.parse(readFileSync(join(bundledModel, 'config.json'), 'utf8')) as Record<string, unknown>;
  writeFileSync(join(folder, 'config.json'), JSON.stringify(plain));
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) cpSync(join(bundledModel, name), join(folder, name));
}
