import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ModelError } from '../errors';

const pattern = z.record(z.string(), z.number().positive()).nullish().transform((value) => value ?? {});

const schema = z.looseObject({
  r: z.number().int().positive(),
  lora_alpha: z.number().positive(),
  rank_pattern: pattern,
  alpha_pattern: pattern,
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  base_model_name_or_path: z.string().nullish(),
});

/** adapter_config.json of a LoRA in peft's terms. */
export type AdapterConfig = z.output<typeof schema>;

/** Options that say how the adapter was trained or found its modules: its tensors hold what came of them. */
const ofTraining = new Set([
  ...['peft_type', 'peft_version', 'task_type', 'auto_mapping', 'base_model_name_or_path', 'revision', 'inference_mode', 'runtime_config', 'megatron_core'],
  ...['target_modules', 'exclude_modules', 'layers_to_transform', 'layers_pattern', 'ensure_weight_tying', 'fan_in_fan_out', 'lora_dropout'],
  ...['init_lora_weights', 'loftq_config', 'eva_config', 'corda_config', 'lora_ga_config', 'qalora_group_size'],
  ...['r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'use_rslora', 'use_dora'],
]);

/** Beginnings that leave the base's own weights as they are; the others (pissa, olora, corda, loftq) take a part out of them. */
const plainBeginnings: readonly unknown[] = [undefined, null, true, false, 'gaussian', 'eva', 'orthogonal'];

/**
 * Reads adapter_config.json. What is set there and not known is refused by name: it may change what the adapter computes.
 * @throws ModelError `not-found`, `bad-config`, `unsupported`
 */
export async function readAdapterConfig(file: string): Promise<AdapterConfig> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ModelError('not-found', `${file} cannot be read. Choose the folder of an adapter that peft saved: adapter_config.json lies beside adapter_model.safetensors.`, { cause: error });
  });
  const json = parseObject(text, file);
  const refuse = (what: string) => new ModelError('unsupported', `${file}: ${what} is not supported: only LoRA adapters that change nothing but linear modules are. Merge the adapter into its base with peft, or choose another one.`);
  if (json['peft_type'] !== 'LORA') throw refuse(`peft_type ${JSON.stringify(json['peft_type'])}`);
  const unknown = Object.entries(json).find(([name, value]) => !ofTraining.has(name) && !isUnset(value));
  if (unknown) throw refuse(`${unknown[0]} ${JSON.stringify(unknown[1])}`);
  const beginning = json['init_lora_weights'];
  if (!plainBeginnings.includes(beginning)) throw refuse(`init_lora_weights ${JSON.stringify(beginning)}, which changes the base's own weights,`);
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ path, message }) => [path.join('.'), message].join(': ')).join('; ');
  throw new ModelError('bad-config', `${file}: ${why}. Fetch the adapter's files again.`);
}

/** alpha / r, or alpha / sqrt(r) for rank-stabilised LoRA (arXiv 2312.03732), and r: patterns win over the defaults. */
export function scalingOf(config: AdapterConfig, module: string, where: string): { rank: number; scaling: number } {
  const rank = matching(config.rank_pattern, module, where) ?? config.r;
  const alpha = matching(config.alpha_pattern, module, where) ?? config.lora_alpha;
  return { rank, scaling: alpha / (config.use_rslora ? Math.sqrt(rank) : rank) };
}

/** The first entry whose key, a regular expression, is the module's name or its last parts. */
function matching(patterns: Record<string, number>, module: string, where: string): number | undefined {
  for (const [key, value] of Object.entries(patterns)) if (tail(key, where).test(module)) return value;
  return undefined;
}

function tail(key: string, where: string): RegExp {
  try {
    return new RegExp(`^(?:.*\\.)?(?:${key})$`);
  } catch (error) {
    throw new ModelError('bad-config', `${where}: "${key}" is no pattern of module names. Correct it in the file.`, { cause: error });
  }
}

function isUnset(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === false || value === '' || value === 'none';
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw new ModelError('bad-config', `${file} is not a JSON object. Fetch the adapter's files again.`, { cause: error });
  }
}
