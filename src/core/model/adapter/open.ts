import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { sha256, sha256File } from '../../../base/hash';
import { type Initializer, type LowRank } from '../../onnx';
import { type StoredTensor, isPlainFloat, readSafetensorsHeader } from '../../tensors';
import { ModelError } from '../errors';
import { type AdapterConfig, readAdapterConfig, scalingOf } from './config';
import { adapterFiles } from './files';

/** A LoRA adapter in a folder that peft saved; its tensors stay on disk. */
export interface Adapter {
  folder: string;
  /** The folder's name. */
  name: string;
  /** SHA-256 over both files. */
  hash: string;
  /** The model that it was trained on, as its trainer called it. */
  base: string | null;
  changes: LowRank[];
}

type Part = 'a' | 'b' | 'magnitude';
const kinds: Record<string, Part> = { 'lora_A.weight': 'a', 'lora_B.weight': 'b', lora_magnitude_vector: 'magnitude', 'lora_magnitude_vector.weight': 'magnitude' };
const tensorName = /^base_model\.model\.(.+)\.(lora_A\.weight|lora_B\.weight|lora_magnitude_vector(?:\.weight)?)$/;

/**
 * Reads adapter_config.json and the header of adapter_model.safetensors: LoRA, rank-stabilised, with patterns of ranks and alphas, and DoRA, on linear modules
 * and GPT-2's Conv1D.
 * @throws ModelError `not-found`, `bad-config`, `unsupported`, `bad-weights`; TensorFileError
 */
export async function openAdapter(folder: string): Promise<Adapter> {
  const [configFile, file] = adapterFiles(folder);
  const config = await readAdapterConfig(configFile);
  if (!(await exists(file))) throw new ModelError('not-found', `${file} is missing${(await exists(join(folder, 'adapter_model.bin'))) ? ', and adapter_model.bin, a pickle, is not read. Save the adapter as safetensors.' : ". Fetch the adapter's files again."}`);
  const modules = byModule(await readSafetensorsHeader(file), file);
  return {
    folder,
    name: basename(resolve(folder)),
    hash: sha256((await Promise.all([configFile, file].map(sha256File))).join()),
    base: config.base_model_name_or_path ?? null,
    changes: [...modules].map(([module, parts]) => changeOf(module, parts, config, { configFile, file })),
  };
}

type Parts = Partial<Record<Part, StoredTensor>>;

function byModule(tensors: Map<string, StoredTensor>, file: string): Map<string, Parts> {
  const modules = new Map<string, Parts>();
  for (const [name, tensor] of tensors) {
    const [, module, kind] = tensorName.exec(name) ?? [];
    if (module === undefined || kind === undefined) throw new ModelError('unsupported', `${file}: the tensor ${name} is no matrix of a LoRA on a linear module, which is not supported. Merge the adapter into its base with peft, or choose another one.`);
    if (!isPlainFloat(tensor.dtype)) throw new ModelError('bad-weights', `${file}: tensor ${name} is of type ${tensor.dtype}, which is not supported. Save the adapter in fp32, fp16 or bf16.`);
    const parts = modules.get(module) ?? {};
    parts[kinds[kind]!] = tensor;
    modules.set(module, parts);
  }
  if (modules.size === 0) throw new ModelError('bad-weights', `${file} holds no tensors. Fetch the adapter's files again.`);
  return modules;
}

function changeOf(module: string, { a, b, magnitude }: Parts, config: AdapterConfig, { configFile, file }: { configFile: string; file: string }): LowRank {
  const bad = (what: string) => new ModelError('bad-weights', `${file}: ${module} ${what}. The file does not belong to its adapter_config.json, or is incomplete: fetch the adapter's files again.`);
  if (!a || !b) throw bad(`has no lora_${a ? 'B' : 'A'}`);
  if (Boolean(magnitude) !== Boolean(config.use_dora)) throw bad(magnitude ? 'has magnitudes, and use_dora is not set' : 'has no lora_magnitude_vector, and use_dora is set');
  const { rank, scaling } = scalingOf(config, module, configFile);
  if (a.shape.length !== 2 || b.shape.length !== 2 || a.shape[0] !== rank || b.shape[1] !== rank)
    throw bad(`has lora_A [${a.shape.join(', ')}] and lora_B [${b.shape.join(', ')}], and its rank is ${rank}`);
  if (magnitude && magnitude.shape.join() !== String(b.shape[0])) throw bad(`has ${magnitude.shape.join(' x ')} magnitudes for ${b.shape[0]} outputs`);
  const stored = (part: string, { dtype, shape, bytes }: StoredTensor): Initializer => ({ name: `${module}.${part}`, dtype, dims: shape, data: bytes });
  return {
    module,
    a: stored('lora_A', a),
    b: stored('lora_B', b),
    scaling,
    ...(magnitude ? { magnitude: stored('lora_magnitude', magnitude) } : {}),
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
