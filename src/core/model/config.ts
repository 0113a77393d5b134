import { architectures } from './architectures';
import { ConfigKeys } from './configKeys';
import { ModelError } from './errors';
import { type ModelConfig } from './modelConfig';

/** Rows are never longer: the largest setting of maxTokens. */
const mostPositions = 131_072;

/**
 * Reads config.json's text as the architecture that its `model_type` names.
 * @param where the file, for messages
 * @throws ModelError `bad-config`, `unsupported`
 */
export function parseConfig(text: string, where: string): ModelConfig {
  const keys = new ConfigKeys(parseObject(text, where), where);
  const modelType = keys.text(null, 'model_type');
  if (modelType === null) throw keys.bad('model_type is missing');
  const architecture = architectures.get(modelType);
  if (!architecture)
    throw new ModelError('unsupported', `${where}: model_type "${modelType}" is not supported. Known: ${[...architectures.keys()].join(', ')}. CONTRIBUTING.md says how an architecture is added.`);
  const quantisation = keys.inside('quantization_config');
  if (quantisation && (quantisation.text('', 'quant_method') !== 'q4_1' || quantisation.intOr(32, 'block_size') !== 32)) keys.refuse(`quantisation "${quantisation.text('of no name', 'quant_method')}"`);
  const config = architecture(keys);
  if (config.heads % config.keyValueHeads !== 0) throw keys.bad(`${config.heads} attention heads cannot share ${config.keyValueHeads} key-value heads`);
  return { ...config, maxPositions: Math.min(config.maxPositions, mostPositions) };
}

function parseObject(text: string, where: string): Record<string, unknown> {
  const bad = (what: string, options?: ErrorOptions) => new ModelError('bad-config', `${where} is not ${what}. Fetch the model's files again.`, options);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad('JSON', { cause: error });
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw bad('a JSON object');
  return json as Record<string, unknown>;
}
