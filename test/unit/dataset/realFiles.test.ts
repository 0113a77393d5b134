import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/core/dataset';
import type { Dataset } from '../../../src/core/types';
import { expectPlaces, must, OPTIONS, refusalOf } from './support';

const data = fileURLToPath(new URL('../../../../shared/fixtures/data/', import.meta.url));
const there = existsSync(data);
if (!there) console.warn(`SKIPPED: the real dataset files are not at ${data}; only our own fixtures were read.`);

function read(name: string): Promise<Dataset> {
  return readDataset({ path: data + name }, OPTIONS);
}

describe.skipIf(!there)('real files', () => {
  it.each([
    ['formats/alpaca_en_demo.json', 'alpaca', 'json', 999, 999],
    ['formats/alpaca_seed_tasks.jsonl', 'instances', 'jsonl', 175, 175],
    ['formats/dpo_en_demo.json', 'preference', 'json', 300, 600],
    ['formats/glaive_toolcall_en_demo.json', 'sharegpt', 'json', 300, 300],
    ['formats/identity.json', 'alpaca', 'json', 91, 91],
    ['formats/kto_en_demo.json', 'kto', 'json', 300, 300],
    ['formats/reason_tool_use_demo_50.jsonl', 'messages', 'jsonl', 50, 50],
    ['formats/sharegpt_dummy_conversation.json', 'sharegpt', 'json', 500, 500],
    ['formats/v1_sft_demo.jsonl', 'messages', 'jsonl', 500, 500],
    ['emergent_misalignment/insecure.jsonl', 'messages', 'jsonl', 6000, 6000],
    ['corpora/c4_demo.jsonl', 'text', 'jsonl', 300, 300],
  ])('reads %s as %s', async (name, shape, format, rows, records) => {
    const dataset = await read(name);
    const { problems } = dataset;
    expect({ shape: dataset.shape, format: dataset.format, rows: dataset.rows, problems }).toEqual({ shape, format, rows, problems: [] });
    expect(dataset.records.length).toBe(records);
    const text = readFileSync(data + name, 'utf8');
    const some = dataset.records.filter((record) => record.index % 7 === 0);
    expectPlaces({ ...dataset, records: some }, text);
    expect(isDeepStrictEqual(await readDataset({ path: name, text }, OPTIONS), dataset)).toBe(true);
  });

  it('agrees with JSON.parse on what trains', async () => {
    const rows = JSON.parse(readFileSync(`${data}formats/kto_en_demo.json`, 'utf8')) as { label: boolean; messages: { content: string }[] }[];
    const { records } = await read('formats/kto_en_demo.json');
    expect(records.map((record) => [record.desirable, record.turns.filter((turn) => turn.trains).map((turn) => turn.text)])).toEqual(
      rows.map((row) => [row.label, [row.messages.at(-1)?.content]]),
    );
  });

  it('reads HH pairs: four rows have a side without an answer', async () => {
    const text = gunzipSync(readFileSync(`${data}hh_rlhf/harmless-base_test.jsonl.gz`)).toString('utf8');
    const dataset = await readDataset({ path: 'hh.jsonl', text }, OPTIONS);
    expect([dataset.shape, dataset.rows]).toEqual(['preference', 2312]);
    expect(dataset.problems.map(({ index, reason }) => [index, reason])).toEqual([
      [86, 'empty'],
      [516, 'empty'],
      [925, 'empty'],
      [1103, 'empty'],
    ]);
    expect(dataset.records.length).toBe(2 * 2308);
    expectPlaces({ ...dataset, records: dataset.records.filter((record) => record.index % 20 === 0) }, text);
    const lines = text.trimEnd().split('\n').map((line) => JSON.parse(line) as { chosen: string; rejected: string });
    for (const { index, side, turns } of dataset.records) {
      const row = lines[index]?.[side ?? 'chosen'] ?? '';
      const joined = turns.map((turn) => `${turn.role === 'user' ? 'Human' : 'Assistant'}:${turn.text}`).join('');
      must(joined.replace(/\s/g, '') === row.replace(/\s/g, ''), `row ${index} lost text`);
      must(turns.every((turn, at) => turn.trains === (at === turns.length - 1)), `row ${index} does not train on its last answer`);
    }
  });

  it.each([
    ['formats/mt_bench_question.jsonl', 'unknown-shape', /question_id, category, turns/],
    ['formats/dataset_info.json', 'no-rows', /looks like a configuration/],
    ['persona_vectors/qwen3-4b_evil_pos.visible.csv', 'unsupported-format', /CSV, which is not read yet/],
    ['persona_vectors/trait_data_extract/evil.json', 'unknown-shape', /fields pos, neg/],
    ['hh_rlhf/harmless-base_test.jsonl.gz', 'unsupported-format', /gunzip/],
    ['refusal_direction/harmful_test.json', 'unknown-shape', /instruction, category/],
    ['corpora/tinystories_1000.json', 'unknown-shape', /a string/],
    ['corpora/wiki_demo.txt', 'not-json', /neither JSON nor JSONL/],
    ['corpora', 'not-a-file', /folder/],
  ])('refuses %s: %s', async (name, reason, message) => {
    const error = await refusalOf(read(name));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
  });
});
