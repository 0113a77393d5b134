import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parquetWriter } from '../../../src/cli/formats/parquet';
import { run } from '../../../src/cli/program';
import type { RecordVectors, RowProblem, RowVectors } from '../../../src/core/types';
import type { AuditResult } from '../../../src/protocol';
import { modelsFolder } from '../../support/paths';
import { RecordedAuditor, io, row, summary } from './support';

const hook = 'blocks.1.hook_resid_post';
const problems: RowProblem[] = [{ line: 2, index: 1, reason: 'broken-json', message: 'Not JSON.' }];
const rows = [
  row(0, 1.5, { rank: 2, latents: [{ index: 3, name: 'é', mean: 0.5, z: 2 }, { index: 9, name: null, mean: 1, z: -1 }], reasons: [{ code: 'high-score', message: 'm' }], loss: null, lossPercentile: null, text: null }),
  row(2, 2.5, { rank: 1, flagged: true, level: 'calibrated', deciding: { percentile: 99, p: 0.02, q: 0.2 }, spans: [{ start: 4, end: 9 }], sides: { chosen: { value: 3, percentile: 1, spans: null, phrases: null }, rejected: { value: 0.5, percentile: 1, spans: null, phrases: null } } }),
];

function record(start: number, push?: number): RecordVectors {
  const vector = (at: number) => ({ [hook]: Float32Array.of(at, -at / 3, 1e-20) });
  return { hash: 'h', activation: vector(start), prompt: vector(start + 1), last: vector(start + 2), tokens: 4, responseTokens: 2, latents: {}, perTurn: [], ...(push === undefined ? {} : { push: vector(push) }) };
}
const vectors: RowVectors[] = [
  { main: record(1, 7), rejected: null, response: '', rejectedResponse: null },
  { main: record(2), rejected: record(4), response: '', rejectedResponse: '' },
];
const result = (file: string, changes: Partial<AuditResult> = {}): AuditResult => ({ rows, summary: summary({ file, problems }), ...changes });

async function written(outcomes: AuditResult[], options: { vectors: boolean; previews: boolean } = { vectors: false, previews: false }) {
  const parts: Uint8Array[] = [];
  const writer = parquetWriter({ write: async (data) => void parts.push(data as Uint8Array), end: async () => {}, abandon: async () => {} }, options);
  for (const outcome of outcomes) await writer.file({ file: outcome.summary.file, result: outcome, judged: null, evaluation: null, provenance: null });
  await writer.end();
  return open(Buffer.concat(parts));
}

async function open(bytes: Buffer) {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const metadata = parquetMetadata(file);
  const about = JSON.parse(metadata.key_value_metadata!.find(({ key }) => key === 'persona-lens')!.value!) as { files: { summary: { keys: object }; hookPoints?: string[] }[]; columns: Record<string, string> };
  return { table: ((await parquetReadObjects({ file })) as Record<string, unknown>[]).map(withNulls), metadata, about };
}

/** hyparquet reads a list that is null as undefined. */
const withNulls = (read: Record<string, unknown>) => Object.fromEntries(Object.entries(read).map(([name, value]) => [name, value ?? null]));

describe('the table', () => {
  test('one row a row of the file, in its order, with what the audit gave', async () => {
    const { table } = await written([result('a.jsonl')]);
    expect(table.map(({ file, line, index, rank, flagged, level, problem }) => [file, line, index, rank, flagged, level, problem])).toEqual([
      ['a.jsonl', 1, 0, 2, false, 'ranked', null],
      ['a.jsonl', 2, 1, null, null, null, 'broken-json'],
      ['a.jsonl', 3, 2, 1, true, 'calibrated', null],
    ]);
    expect(table[0]).toMatchObject({ hash: 'hash-0', tokens: 40, response_tokens: 20, score: 1.5, percentile: 50, p: null, q: null, null_share: 0.05, loss: null, text: null, chosen: null, spans: null });
    expect(table[2]).toMatchObject({ score: 2.5, percentile: 99, p: 0.02, q: 0.2, loss: 2, loss_percentile: 50, text_percentile: 50, chosen: 3, rejected: 0.5, spans: [{ start: 4, end: 9 }] });
    expect(table[1]).toMatchObject({ problem_message: 'Not JSON.', score: null, scores: null, reasons: null });
  });

  test('lists: reasons, scores under every probe, latents', async () => {
    const [first, , last] = (await written([result('a.jsonl')])).table;
    expect(first).toMatchObject({ reasons: ['high-score'], latents: [{ index: 3, name: 'é', mean: 0.5, z: 2 }, { index: 9, name: null, mean: 1, z: -1 }], per_turn: [] });
    expect(last).toMatchObject({ reasons: [], latents: [], scores: [{ probe: 'trained', measure: 'activation', value: 2.5, p: 0.02, q: 0.2, null_kind: 'permuted labels', null_count: 200, null_share: 0.05 }] });
  });

  test('vectors are lists of floats to the last bit, null where there are none', async () => {
    const { table, about } = await written([result('a.jsonl', { vectors: { hookPoints: [hook], rows: vectors } })], { vectors: true, previews: false });
    const floats = (start: number) => [...Float32Array.of(start, -start / 3, 1e-20)];
    expect(table[0]).toMatchObject({ activation: floats(1), prompt_vector: floats(2), last: floats(3), push: floats(7), rejected_activation: null });
    expect(table[1]).toMatchObject({ activation: null, last: null });
    expect(table[2]).toMatchObject({ activation: floats(2), push: null, rejected_activation: floats(4), rejected_prompt_vector: floats(5), rejected_last: floats(6) });
    expect(about.files[0]!.hookPoints).toEqual([hook]);
  });

  test('without asking there are neither vectors nor texts', async () => {
    const { table } = await written([result('a.jsonl')]);
    expect(Object.keys(table[0]!)).not.toContain('activation');
    expect(JSON.stringify(table)).not.toMatch(/question|answer/);
    expect((await written([result('a.jsonl')], { vectors: false, previews: true })).table[0]).toMatchObject({ prompt: 'question 0', response: 'answer 0' });
  });

  test('the metadata says with what it was made and what each column is', async () => {
    const { about, table } = await written([result('a.jsonl'), result('b.jsonl', { rows: [] })]);
    expect(about.files).toMatchObject([{ summary: { file: 'a.jsonl', problems: 1, keys: { vector: 'vector-key', score: 'score-key' }, engine: { model: 'TestModel' } } }, { summary: { file: 'b.jsonl' } }]);
    expect(Object.keys(about.columns)).toEqual(Object.keys(table[0]!));
  });

  test('many rows leave in groups', async () => {
    const many = Array.from({ length: 600 }, (_, i) => row(i, i));
    const all = many.map(() => vectors[0]!);
    const { table, metadata } = await written([result('a.jsonl', { rows: many, summary: summary({ problems: [] }), vectors: { hookPoints: [hook], rows: all } })], { vectors: true, previews: false });
    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([256, 256, 88]);
    expect(table.map(({ score }) => score)).toEqual(many.map((_, i) => i));
  });

  test('no file at all is an empty table', async () => {
    expect((await written([])).table).toEqual([]);
  });
});

describe('on the command line', () => {
  let folder: string;
  let train: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'persona-lens-parquet-'));
    train = join(folder, 'train.jsonl');
    await writeFile(train, '{}\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('--out is a file that hyparquet opens, and nothing is left beside it', async () => {
    const auditor = new RecordedAuditor({ [train]: result(train) });
    expect(await run(['audit', train, '--format', 'parquet', '--quiet', '--out', join(folder, 'x.parquet')], io(auditor, { modelsFolder }))).toBe(0);
    expect((await open(await readFile(join(folder, 'x.parquet')))).table).toHaveLength(3);
    expect((await readdir(folder)).sort()).toEqual(['train.jsonl', 'x.parquet']);
    expect(auditor.requests[0]!.vectors).toBeUndefined();
  });

  test('--vectors asks the audit for them', async () => {
    const auditor = new RecordedAuditor({ [train]: result(train, { vectors: { hookPoints: [hook], rows: vectors } }) });
    expect(await run(['audit', train, '--format', 'parquet', '--vectors', '--quiet', '--out', join(folder, 'x.parquet')], io(auditor, { modelsFolder }))).toBe(0);
    expect(auditor.requests[0]!.vectors).toBe(true);
    expect((await open(await readFile(join(folder, 'x.parquet')))).table[0]).toHaveProperty('activation');
  });

  test('bytes are not sent to a terminal, and vectors have no place elsewhere', async () => {
    const streams = io(new RecordedAuditor({ [train]: result(train) }), { modelsFolder });
    streams.stdout.isTTY = true;
    expect(await run(['audit', train, '--format', 'parquet'], streams)).toBe(2);
    expect(streams.stderr.text).toContain('--out');
    expect(streams.stdout.text).toBe('');
    expect(await run(['audit', train, '--vectors'], io(new RecordedAuditor({}), { modelsFolder }))).toBe(2);
  });
});
