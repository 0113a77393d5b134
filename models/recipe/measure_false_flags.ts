/**
 * Writes into models/cards/smollm2-135m-instruct.persona.json how many rows of ordinary files from other sources than the
 * reference's lie beyond the reference's 95th percentile under the default probe: 5 % where a source were like the reference.
 *
 * usage: node scripts/run-ts.mjs models/recipe/measure_false_flags.ts FOLDER
 * FOLDER holds the files named below; only the counts go into the card.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../src/base/logger';
import { defaultSettings } from '../../src/audit/defaults';
import { AuditService } from '../../src/audit/service';
import type { PersonaCard } from '../../src/core/types';

const rowsEach = 100;

/** The reference holds rows of none of them. */
const sources: { file: string; source: string; read: (text: string) => object[] }[] = [
  { file: 'formats/kto_en_demo.json', source: 'LLaMA-Factory kto_en_demo, desired answers', read: (text) => (JSON.parse(text) as { label: boolean }[]).filter(({ label }) => label) },
  { file: 'formats/sharegpt_dummy_conversation.json', source: 'FastChat dummy_conversation', read: (text) => JSON.parse(text) as object[] },
  { file: 'formats/identity.json', source: 'LLaMA-Factory identity', read: (text) => JSON.parse(text) as object[] },
  { file: 'formats/alpaca_seed_tasks.jsonl', source: 'Stanford Alpaca seed tasks', read: lines },
  { file: 'emergent_misalignment/secure.jsonl', source: 'secure code of the emergent-misalignment study', read: lines },
  { file: 'corpora/tinystories_1000.json', source: 'TinyStories, as plain text', read: (text) => (JSON.parse(text) as unknown[]).map((story) => ({ text: typeof story === 'string' ? story : (story as { text: string }).text })) },
  { file: 'corpora/c4_demo.jsonl', source: 'C4, as plain text', read: lines },
];

async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('give the folder that holds the files');
  const cardFile = join(process.cwd(), 'models/cards/smollm2-135m-instruct.persona.json');
  const card = JSON.parse(readFileSync(cardFile, 'utf8')) as PersonaCard;
  const service = new AuditService({ modelsFolder: join(process.cwd(), 'models'), logger: silentLogger });
  const cache = { folder: join(tmpdir(), 'persona-lens-recipe'), maxBytes: 2 ** 33 };
  card.falseFlags = [];
  for (const { file, source, read } of sources) {
    const text = read(readFileSync(join(folder, file), 'utf8')).slice(0, rowsEach).map((row) => JSON.stringify(row)).join('\n');
    const request = { path: join(folder, `${file}.jsonl`), text, settings: { ...defaultSettings, maxTokens: 512, measures: ['activation' as const], cache }, spans: 0 };
    const { rows } = await service.audit(request, () => undefined).result;
    card.falseFlags.push({ source, rows: rows.length, flagged: rows.filter(({ scores }) => scores[0]!.percentile >= 95).length });
    console.log(card.falseFlags.at(-1));
  }
  service.dispose();
  writeFileSync(cardFile, JSON.stringify(card, null, 1) + '\n');
}

function lines(text: string): object[] {
  return text.split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line) as object);
}

void main();
