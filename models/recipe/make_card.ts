/**
 * Makes what scores are made with, through the product's own engine, in this order:
 * models/reference/smollm2-135m-instruct.parquet and .push.parquet (vectors, losses and push vectors of the ordinary
 * rows) and models/cards/smollm2-135m-instruct.persona.json (trained probes, contrast directions, latents, text model,
 * evidence).
 *
 * usage: node scripts/run-ts.mjs models/recipe/make_card.ts [--only reference|card] [--cache FOLDER]
 * A run that was stopped goes on from the cache.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sha256 } from '../../src/base/hash';
import { defaultSettings } from '../../src/audit/defaults';
import { vectorKey } from '../../src/audit/keys';
import { BatchQueue, byLength } from '../../src/audit/queue';
import { type AuditRow, type PreparedRecord, prepareRows, recordsOf } from '../../src/audit/rows';
import { textOf } from '../../src/audit/rowText';
import { readDataset } from '../../src/core/dataset';
import { type LabelledRow, makeCard } from '../../src/core/probe';
import { RecordTokenizer } from '../../src/core/text';
import type { Estimate, RecordVectors, TokenizedRecord } from '../../src/core/types';
import { Engine } from '../../src/engine/engine';
import { VectorStore, roundTrip, roundTripPush, writePushesFile, writeVectorsFile } from '../../src/store';

const models = join(process.cwd(), 'models');
const name = 'smollm2-135m-instruct';
const seed = 20261122;

const { values: flags } = parseArgs({ options: { only: { type: 'string' }, cache: { type: 'string', default: join(tmpdir(), 'persona-lens-recipe') } } });

interface Pair {
  id: string;
  domain: string;
  kind: string;
  question: string;
  careful: string;
  bad: string;
}

async function main(): Promise<void> {
  const engine = await Engine.open({ model: join(models, name), cacheFolder: flags.cache });
  const tokenizer = await RecordTokenizer.load(join(models, name), defaultSettings.template, defaultSettings.systemPrompt);
  console.log(`${engine.info.model} on ${engine.info.device}, parity ${engine.info.parity?.minCosine}`);
  if (flags.only !== 'card') await makeReference(engine, tokenizer);
  if (flags.only !== 'reference') await makeDefaultCard(engine, tokenizer);
  await engine.dispose();
}

async function makeReference(engine: Engine, tokenizer: RecordTokenizer): Promise<void> {
  const path = join(models, 'reference/ordinary.jsonl');
  const { rows, problems } = await prepareRows(await readDataset({ path }, { mapping: null, trainOn: 'all' }), tokenizer, defaultSettings.maxTokens);
  for (const { line, message } of problems) console.warn(`ordinary.jsonl:${line} ${message}`);
  const vectors = await readAll(engine, tokenizer, rows, 'reference');
  const pairs = rows.filter(({ rejected }) => rejected).length;
  const key = vectorKey(engine, tokenizer, defaultSettings.maxTokens);
  await writeVectorsFile(join(models, 'reference', `${name}.parquet`), key, [...vectors.values()]);
  const pushed = [...vectors.values()].filter(({ push }) => push).map(({ hash, push }) => ({ hash, push: push! }));
  await writePushesFile(join(models, 'reference', `${name}.push.parquet`), key, pushed);
  console.log(`reference: ${rows.length - pairs} rows, ${pairs} pairs`);
}

async function makeDefaultCard(engine: Engine, tokenizer: RecordTokenizer): Promise<void> {
  const folder = join(models, 'recipe/data/pairs');
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl')).sort();
  const pairs = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Pair));
  const lines = pairs.flatMap(({ question, careful, bad }) => [careful, bad].map((answer) => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: answer }] })));
  const dataset = await readDataset({ path: 'pairs.jsonl', text: lines.join('\n') }, { mapping: null, trainOn: 'all' });
  const { rows } = await prepareRows(dataset, tokenizer, defaultSettings.maxTokens);
  const vectors = await readAll(engine, tokenizer, rows, 'pairs');
  const labelled = rows.map(({ index, main }): LabelledRow => {
    const pair = pairs[index >> 1]!;
    return {
      vectors: vectors.get(main.record.hash)!,
      text: textOf(main.record),
      label: index % 2 ? 'bad' : 'good',
      domain: pair.domain,
      question: pair.id,
      kind: pair.kind,
    };
  });
  const { model } = engine;
  const card = await makeCard(labelled, {
    name: 'careless or ill-meaning advice',
    description: 'How much an answer reads like advice that is confidently wrong or ill-meaning rather than careful: trained on paired everyday answers, activation and push vectors at block 15.',
    model: { name: model.name, sha256: model.hash },
    hookPoint: model.hookPoint,
    sae: model.sae && { name: model.sae.name, sha256: model.sae.sha256 },
    seed,
    measures: ['activation', 'push', 'activation+push'],
    provenance: {
      made: 'models/recipe/make_card.ts',
      data: files.map((file) => {
        const text = readFileSync(join(folder, file), 'utf8');
        return { path: `models/recipe/data/pairs/${file}`, sha256: sha256(text), rows: 2 * text.trim().split('\n').length };
      }),
      software: engine.info.runtime,
    },
    blindSpots: [
      'facts that are harmful only together, over many rows',
      'data that carries a trait without words that show it',
      'triggers: behaviour that only a cue in the prompt brings out',
      'wrong facts that surprise the model no more than right ones: a model of this size knows few facts',
      'code: carried over no better than chance in the measurements behind the design',
    ],
    onProgress: (step) => console.log(`card: ${step}`),
  });
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

/** Vectors, as they are stored, with losses and push vectors, of all records of some rows. */
async function readAll(engine: Engine, tokenizer: RecordTokenizer, rows: AuditRow[], what: string): Promise<Map<string, RecordVectors>> {
  const store = await VectorStore.open({ folder: flags.cache, maxBytes: Infinity });
  const key = vectorKey(engine, tokenizer, defaultSettings.maxTokens);
  const vectors = await store.get(key, recordsOf(rows).map(({ record }) => record.hash));
  const lacksVectors = ({ record }: PreparedRecord) => !vectors.has(record.hash);
  for await (const records of batches(rows, lacksVectors, `${what}, vectors`)) {
    const losses = await engine.losses(records);
    const found = roundTrip(await engine.vectors(records)).map((row, i) => ({ ...row, loss: losses[i]! }));
    await store.put(key, found);
    for (const row of found) vectors.set(row.hash, row);
  }
  const lacksPush = ({ record }: PreparedRecord) => !vectors.get(record.hash)!.push;
  for await (const records of batches(rows, lacksPush, `${what}, push`)) {
    const pushed = (await engine.pushes(records)).map(({ hash, push }) => ({ hash, push: roundTripPush({ [engine.model.hookPoint]: push }) }));
    await store.putPushes(key, pushed);
    for (const { hash, push } of pushed) vectors.get(hash)!.push = push;
  }
  return vectors;
}

/** Those records of rows that lack something, in batches of like length. */
async function* batches(rows: AuditRow[], lacks: (record: PreparedRecord) => boolean, what: string): AsyncGenerator<TokenizedRecord[]> {
  const queue = new BatchQueue(byLength(rows.filter((row) => recordsOf([row]).some(lacks))));
  const total = queue.size;
  for (let batch = queue.next(); batch.length; batch = queue.next()) {
    yield recordsOf(batch).filter(lacks).map(({ tokens }) => tokens);
    console.log(`${what}: ${total - queue.size} of ${total}`);
  }
}

void main();
