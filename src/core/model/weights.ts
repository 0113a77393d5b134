import { lstat, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DataTypeName } from '../onnx';
import { ModelError } from './errors';
import { type StoredTensor, isPlainFloat, readSafetensorsHeader } from '../tensors';

/** The tensors of a checkpoint, wherever in its files they lie. */
export class Weights {
  constructor(
    private readonly tensors: Map<string, StoredTensor>,
    /** The folder, for messages. */
    readonly where: string,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  names(): string[] {
    return [...this.tensors.keys()];
  }

  /** The files that hold them. */
  files(): string[] {
    return [...new Set(this.all().map(({ bytes }) => bytes.file))];
  }

  /** Type and bytes of each tensor. */
  sizes(): { name: string; dtype: DataTypeName; bytes: number }[] {
    return [...this.tensors].map(([name, { dtype, bytes }]) => ({ name, dtype, bytes: bytes.length }));
  }

  /** Bytes of all tensors. */
  byteLength(): number {
    return this.all().reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** How most of the weights are stored: fp32, fp16, bf16, or the type's own name. */
  precision(): string {
    const bytes = new Map<string, number>();
    for (const { dtype, bytes: { length } } of this.all()) bytes.set(dtype, (bytes.get(dtype) ?? 0) + length);
    const [[dtype] = ['none']] = [...bytes].sort(([, a], [, b]) => b - a);
    return { float32: 'fp32', float16: 'fp16', bfloat16: 'bf16' }[dtype] ?? dtype;
  }

  private all(): StoredTensor[] {
    return [...this.tensors.values()];
  }

  /** The same tensors under names that begin with the prefix, whether the file has it or not. */
  underPrefix(prefix: string): Weights {
    if ([...this.tensors.keys()].some((name) => name.startsWith(prefix))) return this;
    return new Weights(new Map([...this.tensors].map(([name, tensor]) => [`${prefix}${name}`, tensor])), this.where);
  }

  /**
   * A tensor by name, with its shape checked, and its type where it is used as it is.
   * @throws ModelError `missing-tensor`, `bad-weights`
   */
  get(name: string, shape: number[]): StoredTensor {
    const tensor = this.tensors.get(name);
    if (!tensor) throw new ModelError('missing-tensor', `${this.where} has no tensor ${name}. The weights do not belong to this config.json, or a file is missing.`);
    if (tensor.shape.join() !== shape.join())
      throw new ModelError('bad-weights', `${this.where}: tensor ${name} is [${tensor.shape.join(', ')}], and config.json asks for [${shape.join(', ')}].`);
    if (name.endsWith('.weight') && !isPlainFloat(tensor.dtype))
      throw new ModelError('bad-weights', `${this.where}: tensor ${name} is of type ${tensor.dtype}, which is not supported. Choose the model in fp32, fp16 or bf16.`);
    return tensor;
  }
}

/**
 * Reads the headers of a checkpoint folder: model.safetensors, or the shards that model.safetensors.index.json names.
 * @throws ModelError `not-found`, `bad-weights`
 */
export async function openWeights(folder: string): Promise<Weights> {
  const index = join(folder, 'model.safetensors.index.json');
  const single = join(folder, 'model.safetensors');
  if (!(await exists(index))) {
    if (!(await exists(single)))
      throw new ModelError('not-found', `${folder} holds neither model.safetensors nor model.safetensors.index.json. Choose the folder that training wrote; where a download or a training still writes it, wait until that has ended.`);
    return new Weights(await readSafetensorsHeader(single), folder);
  }
  const map = await readIndex(index);
  const tensors = new Map<string, StoredTensor>();
  for (const shard of new Set(map.values())) {
    for (const [name, tensor] of await readSafetensorsHeader(join(folder, shard))) if (map.get(name) === shard) tensors.set(name, tensor);
  }
  for (const [name, shard] of map) {
    if (!tensors.has(name)) throw new ModelError('bad-weights', `${index} says that ${name} is in ${shard}, and it is not there. Fetch ${shard} again, or wait until what writes it has ended.`);
  }
  return new Weights(tensors, folder);
}

async function readIndex(file: string): Promise<Map<string, string>> {
  const bad = (what: string) => new ModelError('bad-weights', `${file}: ${what}. Fetch the model's files again.`);
  let json: { weight_map?: unknown };
  try {
    json = JSON.parse(await readFile(file, 'utf8')) as { weight_map?: unknown };
  } catch {
    throw bad('not JSON');
  }
  if (typeof json?.weight_map !== 'object' || json.weight_map === null) throw bad('no weight_map');
  const map = new Map<string, string>();
  for (const [name, shard] of Object.entries(json.weight_map)) {
    if (typeof shard !== 'string' || basename(shard) !== shard || ['', '.', '..'].includes(shard)) throw bad(`shard "${String(shard)}" is no file of the model's folder`);
    map.set(name, shard);
  }
  return map;
}

/** A link that leads nowhere counts: whoever reads it says so. */
const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
