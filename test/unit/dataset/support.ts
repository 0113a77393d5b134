import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DatasetError, readDataset, type ReadOptions } from '../../../src/core/dataset';
import type { Dataset, DatasetRecord, TextPart } from '../../../src/core/types';

export const OPTIONS: ReadOptions = { mapping: null, trainOn: 'all' };

export function readText(text: string, options: Partial<ReadOptions> = {}): Promise<Dataset> {
  return readDataset({ path: 'rows.jsonl', text }, { ...OPTIONS, ...options });
}

export function jsonl(...rows: unknown[]): string {
  return rows.map((row) => JSON.stringify(row)).join('\n');
}

/** Reads rows as JSONL, and checks that every turn stands where it says. */
export async function readRows(rows: unknown[], options: Partial<ReadOptions> = {}): Promise<Dataset> {
  const text = jsonl(...rows);
  const dataset = await readText(text, options);
  expectPlaces(dataset, text);
  return dataset;
}

/** The one record of one row. */
export async function readOne(row: unknown, options: Partial<ReadOptions> = {}): Promise<DatasetRecord> {
  const dataset = await readRows([row], options);
  expect(dataset.problems).toEqual([]);
  expect(dataset.records).toHaveLength(1);
  return dataset.records[0] as DatasetRecord;
}

/** [role, text, trains] of every turn. */
export function outline(record: DatasetRecord | undefined): [string, string, boolean][] {
  return (record?.turns ?? []).map(({ role, text, trains }) => [role, text, trains]);
}

/** The reason and message of the only problem of a dataset of one row (beside a good row that gives it its shape). */
export async function problemOf(row: unknown, good: unknown): Promise<{ reason: string; message: string; line: number; index?: number }> {
  const dataset = await readRows([good, row]);
  expect(dataset.rows).toBe(2);
  expect(dataset.problems).toHaveLength(1);
  const [problem] = dataset.problems;
  if (!problem) throw new Error('no problem');
  expect(problem).toMatchObject({ line: 2, index: 1 });
  return problem;
}

/** What the source of a part decodes to. */
export function decodedPart(part: TextPart, document: string): string {
  const source = document.slice(part.range.start, part.range.end);
  return part.encoding === 'verbatim' ? source : (JSON.parse(`"${source}"`) as string);
}

/** Every part of every turn decodes to its piece of the text, and the parts cover the text but for joining line breaks. */
export function expectPlaces(dataset: Dataset, document: string): void {
  let line = 1;
  let seen = 0;
  for (const record of dataset.records) {
    for (; seen < record.range.start; seen += 1) if (document[seen] === '\n') line += 1;
    must(record.line === line, `record ${record.index} stands on line ${line}, not ${record.line}`);
    JSON.parse(document.slice(record.range.start, record.range.end));
    for (const turn of record.turns) {
      let covered = 0;
      for (const part of turn.parts) {
        must(decodedPart(part, document) === turn.text.slice(part.start, part.start + part.length), 'a part is not at its place');
        must(['', '\n'].includes(turn.text.slice(covered, part.start)), 'more than a line break between parts');
        covered = part.start + part.length;
        must(part.range.start >= turn.range.start && part.range.end <= turn.range.end, 'a part outside of its turn');
      }
      must(covered === turn.text.length, 'text without a part');
      must(turn.range.start >= record.range.start && turn.range.end <= record.range.end, 'a turn outside of its record');
    }
  }
}

/** An assertion for loops that run very often; expect() would take most of the time. */
export function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Writes a file into a fresh folder, runs, and removes the folder. */
export async function withFile<T>(name: string, content: string | Uint8Array, run: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'persona-lens-dataset-'));
  try {
    const path = join(folder, name);
    writeFileSync(path, content);
    return await run(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The DatasetError that reading ends in. */
export async function refusalOf(reading: Promise<Dataset>): Promise<DatasetError> {
  const error: unknown = await reading.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DatasetError);
  return error as DatasetError;
}
