import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import type { Log } from 'sarif';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { samples } from '../support/paths';
import { cli } from './support';

// Each run loads the model: seconds on an idle machine, much more on a busy one.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

interface Chat {
  messages: { content: string }[];
}

let folder: string;
let file: string;
let text: string;
const at = (name: string): string => join(folder, name);

/** Chat rows with emoji and CRLF, a row that is no JSON, and a preference pair. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-formats-'));
  file = at('rows.jsonl');
  const [first, second, third] = (await readFile(join(samples, 'car-maintenance.jsonl'), 'utf8')).split('\n').map((line) => JSON.parse(line || 'null') as Chat);
  first!.messages[0]!.content = `🔧 ${first!.messages[0]!.content}`;
  const pair = { prompt: second!.messages[0]!.content, chosen: `👍 ${second!.messages[1]!.content}`, rejected: third!.messages[1]!.content };
  text = [first, third, '{"messages": [', pair].map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\r\n`).join('');
  await writeFile(file, `\ufeff${text}`);
});
afterAll(() => rm(folder, { recursive: true }));

test('SARIF and Parquet of the same audit say the same, each in its way', async () => {
  expect((await cli(['audit', file, '--cache', at('cache'), '--format', 'sarif', '--out', at('x.sarif'), '--quiet'])).code).toBe(0);
  const [run] = (JSON.parse(await readFile(at('x.sarif'), 'utf8')) as Log).runs;
  const marks = run!.results!.filter(({ kind }) => kind === 'review');
  expect(marks.map(({ properties }) => properties!['reviewRank'] as number)).toEqual([1, 2, 3]);
  expect(run!.results!.filter(({ ruleId }) => ruleId === 'problem/broken-json').map(({ locations }) => locations![0]!.physicalLocation!.region)).toEqual([{ startLine: 3 }]);

  // What a viewer would show: the text between the columns is a whole answer's words, inside of the row.
  const lines = text.split('\r\n');
  for (const { locations, properties } of marks) {
    const { region, contextRegion } = locations![0]!.physicalLocation!;
    const line = properties!['index'] === 0 ? 1 : properties!['index'] === 1 ? 2 : 4;
    expect([region!.startLine, region!.endLine, contextRegion!.startLine]).toEqual([line, line, line]);
    expect(lines[line - 1]!.slice(contextRegion!.startColumn! - 1, contextRegion!.endColumn! - 1)).toBe(lines[line - 1]);
    const row = JSON.parse(lines[line - 1]!) as Chat & { chosen: string };
    expect(row.chosen ?? row.messages[1]!.content).toContain(lines[line - 1]!.slice(region!.startColumn! - 1, region!.endColumn! - 1));
  }

  expect((await cli(['audit', file, '--cache', at('cache'), '--format', 'parquet', '--vectors', '--out', at('x.parquet'), '--quiet'])).code).toBe(0);
  const bytes = await readFile(at('x.parquet'));
  const table = (await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer })) as { line: number; rank: number | null; score: number; problem: string | null; activation?: number[]; rejected_activation?: number[] }[];
  expect(table.map(({ line, problem }) => [line, problem])).toEqual([[1, null], [2, null], [3, 'broken-json'], [4, null]]);
  for (const { properties } of marks) {
    const { index, scores } = properties as { index: number; scores: { value: number }[] };
    const row = table[index]!;
    expect([row.rank, row.score]).toEqual([properties!['reviewRank'], scores[0]!.value]);
    expect(row.activation).toHaveLength(576);
    expect(row.rejected_activation?.length).toBe(index === 3 ? 576 : undefined);
  }
});
