/**
 * Makes what scores are made with, through the product's own engine, in this order:
 * models/reference/smollm2-135m-instruct.parquet and .push.parquet (vectors, losses and push vectors of the ordinary
 * rows) and models/cards/smollm2-135m-instruct.persona.json (trained probes, contrast directions, latents, text model,
 * evidence).
 *
 * usage: node scripts/run-ts.mjs models/recipe/make_card.ts [--only reference|card] [--cache FOLDER]
 * A run that was stopped goes on from the cache.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CacheAccess } from '../../src/audit/cacheAccess';
import { type CardEngine, type CardHooks, fillVectors } from '../../src/audit/defaultCard/fill';
import { readTrainingPairs } from '../../src/audit/defaultCard/pairs';
import { trainDefaultCard } from '../../src/audit/defaultCard/trainCard';
import { defaultSettings } from '../../src/audit/defaults';
import { vectorKey } from '../../src/audit/keys';
import { RecordCache } from '../../src/audit/recordCache';
import { prepareRows } from '../../src/audit/rows';
import { readDataset } from '../../src/core/dataset';
import { RecordTokenizer } from '../../src/core/text';
import type { Estimate, VectorKey } from '../../src/core/types';
import { Engine } from '../../src/engine/engine';
import { VectorStore, writePushesFile, writeVectorsFile } from '../../src/store';

const models = join(process.cwd(), 'models');
const name = 'smollm2-135m-instruct';
const { maxTokens } = defaultSettings;
const { values: flags } = parseArgs({ options: { only: { type: 'string' }, cache: { type: 'string', default: join(tmpdir(), 'persona-lens-recipe') } } });

const hooks: CardHooks = {
  onProgress: (stage, done, total) => console.log(`${stage}: ${done} of ${total}`),
  onBatch: async () => undefined,
};

async function main(): Promise<void> {
  const engine = await Engine.open({ model: join(models, name), cacheFolder: flags.cache });
  const tokenizer = await RecordTokenizer.load(join(models, name), defaultSettings.template, defaultSettings.systemPrompt);
  console.log(`${engine.info.model} on ${engine.info.device}, parity ${engine.info.parity?.minCosine}`);
  const key = vectorKey(engine, tokenizer, maxTokens);
  const cache = new RecordCache(new CacheAccess(await VectorStore.open({ folder: flags.cache, maxBytes: Infinity })), key);
  if (flags.only !== 'card') await makeReference({ engine, tokenizer, cache }, key);
  if (flags.only !== 'reference') await makeDefaultCard({ engine, tokenizer, cache });
  await engine.dispose();
}

async function makeReference(opened: CardEngine, key: VectorKey): Promise<void> {
  const path = join(models, 'reference/ordinary.jsonl');
  const { rows, problems } = await prepareRows(await readDataset({ path }, { mapping: null, trainOn: 'all' }), opened.tokenizer, maxTokens);
  for (const { line, message } of problems) console.warn(`ordinary.jsonl:${line} ${message}`);
  const vectors = [...(await fillVectors(opened, rows, hooks)).values()];
  const pairs = rows.filter(({ rejected }) => rejected).length;
  await writeVectorsFile(join(models, 'reference', `${name}.parquet`), key, vectors);
  await writePushesFile(join(models, 'reference', `${name}.push.parquet`), key, vectors.map(({ hash, push }) => ({ hash, push: push! })));
  console.log(`reference: ${rows.length - pairs} rows, ${pairs} pairs`);
}

async function makeDefaultCard(opened: CardEngine): Promise<void> {
  const card = await trainDefaultCard(opened, await readTrainingPairs(models), maxTokens, 'models/recipe/make_card.ts', hooks);
  mkdirSync(join(models, 'cards'), { recursive: true });
  const file = join(models, 'cards', `${name}.persona.json`);
  writeFileSync(file, JSON.stringify(card, null, 1) + '\n');
  for (const { id, evidence } of card.probes) {
    console.log(`\n${id}`);
    for (const { domain, pairs: n, auroc, residualised, nullBand, tfidf, loss, length } of evidence.rows)
      console.log(`  ${domain.padEnd(16)} ${String(n).padStart(4)}  auroc ${show(auroc)}  regressed ${show(residualised)}  nulls ${nullBand.toFixed(3)}  tfidf ${show(tfidf)}  loss ${show(loss)}  length ${show(length)}`);
    for (const { kind, auroc } of evidence.byKind) console.log(`  ${kind.padEnd(16)}       auroc ${show(auroc)}`);
    for (const note of evidence.notes) console.log(`  - ${note}`);
  }
}

const show = (estimate: Estimate | null): string => (estimate ? `${estimate.value.toFixed(3)} [${estimate.low.toFixed(3)}, ${estimate.high.toFixed(3)}]` : '-');

void main();
