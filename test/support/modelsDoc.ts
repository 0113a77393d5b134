import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCheckpoint } from '../../src/core/model';
import { golden } from './golden';
import { goldenModels } from './goldenModel';
import { root } from './paths';

const file = join(root, 'docs/models.md');
const [begin, end] = ['<!-- golden run: begin -->', '<!-- golden run: end -->'];

/** What an architecture's config may say that is refused by name, beside what is refused for all. */
export const refusedBy: Record<string, string> = {
  llama: 'Llama 4 (`llama4`)',
  mistral: 'experts (`mixtral`), images (`mistral3`)',
  qwen2: 'experts (`qwen2_moe`), images (`qwen2_vl`)',
  qwen3: 'experts (`qwen3_moe`), images (`qwen3_vl`)',
  gemma2: 'the first Gemma (`gemma`)',
  gemma3_text: 'images (`gemma3`), attention to later tokens',
  gpt2: 'cross-attention',
  gpt_neox: 'GPT-J (`gptj`)',
  phi3: 'experts (`phimoe`), images (`phi3_v`)',
  olmo2: 'the first OLMo (`olmo`), experts (`olmoe`)',
  smollm3: 'images (`smolvlm`)',
  granite: 'experts and hybrids (`granitemoe`, `granitemoehybrid`)',
};

export interface ModelRow {
  architecture: string;
  format: string;
  fixture: string;
  refused: string;
}

interface ConfigJson {
  use_parallel_residual?: boolean;
  rope_parameters?: { rope_type?: string } | Record<string, { rope_type?: string }>;
  rope_scaling?: { rope_type?: string; type?: string } | null;
}

/** One row a golden model, in the order of their names. */
export async function modelRows(): Promise<ModelRow[]> {
  return Promise.all(
    goldenModels.map(async (fixture) => {
      const folder = join(golden, 'models', fixture);
      const { config, weights } = await openCheckpoint(folder);
      const { rope_parameters: rope, use_parallel_residual: parallel } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as ConfigJson;
      const scaling = typeof rope?.rope_type === 'string' && rope.rope_type !== 'default' ? `rope scaling ${rope.rope_type}` : null;
      const parts = [weights.precision(), weights.files().length > 1 ? `${weights.files().length} shards` : null, scaling, fixture.endsWith('_hubkeys') ? 'older tensor names' : null, parallel === false ? 'one branch after the other' : null];
      return { architecture: config.modelType, format: parts.filter((part) => part !== null).join(', '), fixture, refused: refusedBy[config.modelType] ?? '' };
    }),
  );
}

/** Rows as they stand in docs/models.md, each with its figure. */
export function documentedRows(): (ModelRow & { worst: number })[] {
  const text = readFileSync(file, 'utf8');
  const lines = text.slice(text.indexOf(begin), text.indexOf(end)).split('\n').filter((line) => line.startsWith('| `')).slice(1);
  return lines.map((line) => {
    const [architecture, format, fixture, worst, refused] = line.slice(2, -2).split(' | ') as [string, string, string, string, string];
    return { architecture: architecture.replaceAll('`', ''), format, fixture: fixture.replaceAll('`', ''), worst: Number(worst), refused };
  });
}

/** @param worst of a golden model: its largest error over the tolerance */
export async function writeModelsDoc(worst: (fixture: string) => number): Promise<void> {
  const text = readFileSync(file, 'utf8');
  const rows = (await modelRows()).map(({ architecture, format, fixture, refused }) => `| \`${architecture}\` | ${format} | \`${fixture}\` | ${worst(fixture).toFixed(2)} | ${refused} |`);
  const table = ['| `model_type` | stored as | golden model | worst error over tolerance | not supported beside it |', '|---|---|---|--:|---|', ...rows].join('\n');
  writeFileSync(file, `${text.slice(0, text.indexOf(begin))}${begin}\n${table}\n${text.slice(text.indexOf(end))}`);
}
