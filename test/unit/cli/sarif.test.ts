import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExpectedError } from '../../../src/base/errors';
import { fileUri } from '../../../src/cli/formats/sarif';
import { run } from '../../../src/cli/program';
import { modelsFolder } from '../../support/paths';
import { RecordedAuditor, io, row, summary } from './support';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-sarif-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('addresses: relative with percent-encoded segments, whole outside of the folder', () => {
  expect(fileUri('a b/ü#%?.jsonl', folder)).toBe('a%20b/%C3%BC%23%25%3F.jsonl');
  expect(fileUri('c:d.jsonl', folder)).toBe('c%3Ad.jsonl');
  expect(fileUri('..hidden.jsonl', folder)).toBe('..hidden.jsonl');
  expect(fileUri('../a b.jsonl', join(folder, 'x'))).toMatch(/^file:\/\/\/.*\/a%20b\.jsonl$/);
  expect(fileUri(join(folder, 'x.jsonl'), folder)).toBe('x.jsonl');
});

test('a run a file, places in the file as it is on disk, failed files among them', async () => {
  const file = join(folder, 'train.jsonl');
  // A byte order mark, which no column counts, and a row of characters of two code units.
  await writeFile(file, '\ufeff{"a": 1}\r\n{"b": "😀"}\r\n');
  const rows = [row(0, 1, { range: { start: 0, end: 8 }, rank: 2 }), row(1, 2, { range: { start: 10, end: 21 }, rank: 1 })];
  const auditor = new RecordedAuditor({ [file]: { rows, summary: summary({ file }) }, 'none.jsonl': new ExpectedError('not-found', 'There is no file none.jsonl.') });
  const streams = io(auditor, { modelsFolder });
  expect(await run(['audit', file, 'none.jsonl', '--format', 'sarif', '--quiet', '--fail-on', 'problems'], streams)).toBe(2);
  const { runs } = JSON.parse(streams.stdout.text) as Log;
  expect(runs.map(({ invocations }) => invocations![0]!.executionSuccessful)).toEqual([true, false]);
  expect(runs[0]!.results!.map(({ locations }) => locations![0]!.physicalLocation!.region)).toEqual([
    { startLine: 2, startColumn: 1, endLine: 2, endColumn: 12 },
    { startLine: 1, startColumn: 1, endLine: 1, endColumn: 9 },
  ]);
  expect(runs[0]!.properties).toMatchObject({ failOn: [{ outcome: 'not met' }] });
});

test('--previews is for SARIF only, which has none without it', async () => {
  const file = join(folder, 'train.jsonl');
  await writeFile(file, '{}\n');
  const audit = async (...args: string[]) => {
    const streams = io(new RecordedAuditor({ [file]: { rows: [row(0, 1)], summary: summary({ file }) } }), { modelsFolder });
    return { code: await run(['audit', file, '--quiet', ...args], streams), out: streams.stdout.text };
  };
  expect((await audit('--format', 'sarif')).out).not.toContain('answer 0');
  expect((await audit('--format', 'sarif', '--previews')).out).toContain('answer 0');
  expect((await audit('--format', 'jsonl', '--previews')).code).toBe(2);
});
