import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { samples } from '../support/paths';
import { bundle, cli, start } from './support';

// Each run loads the model: seconds on an idle machine, much more on a busy one.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

interface Line {
  file: string;
  line: number;
  problem?: { reason: string; message: string };
  index: number;
  scores: { probe: string; measure: string; value: number; percentile: number; p: number | null; q: number | null; nulls: { count: number; shareBeyond: number } }[];
  loss: number | null;
  rank: number;
  flagged: boolean;
  level: string;
  reasons: { code: string }[];
}

const sample = join(samples, 'car-maintenance.jsonl');
const ESC = '\u001b';
let folder: string;
let cache: string;
let small: string;
let sampleLines: string[];

const parse = (out: string): Line[] => out.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-audit-'));
  cache = at('cache');
  small = at('small.jsonl');
  sampleLines = (await readFile(sample, 'utf8')).trimEnd().split('\n');
  const hostile = { messages: [{ role: 'user', content: 'hi' }, { role: 'assistant', content: `${ESC}[2J${ESC}]0;owned\u0007 A perfectly plain answer.` }] };
  await writeFile(small, [...sampleLines.slice(0, 4), '{"messages": [', JSON.stringify(hostile), JSON.stringify({ messages: [{ role: 'user', content: 'no answer' }] })].join('\n'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a small file', () => {
  let first: Awaited<ReturnType<typeof cli>>;
  let before: string;
  beforeAll(async () => {
    before = await readFile(small, 'utf8');
    first = await cli(['audit', small, '--cache', cache, '--format', 'jsonl']);
  });

  test('jsonl: one object a record in file order, problems among them, nothing else on standard output', () => {
    expect(first.code).toBe(0);
    const lines = parse(first.out);
    expect(lines.map(({ line, file }) => [line, file])).toEqual([1, 2, 3, 4, 5, 6, 7].map((line) => [line, small]));
    expect(lines.filter(({ problem }) => problem).map(({ line, problem }) => [line, problem!.reason])).toEqual([
      [5, 'broken-json'],
      [7, 'no-response'],
    ]);
    const rows = lines.filter(({ problem }) => !problem);
    expect(rows.map(({ rank }) => rank).sort()).toEqual([1, 2, 3, 4, 5]);
    for (const { scores, loss, level, flagged } of rows) {
      expect(scores.length).toBeGreaterThan(1);
      for (const { p, q, percentile, nulls } of scores) {
        expect([p, q]).toEqual([null, null]);
        expect(percentile).toBeGreaterThanOrEqual(0);
        expect(nulls.count).toBeGreaterThan(0);
      }
      expect(loss).toBeGreaterThan(0);
      expect([level, flagged]).toEqual(['ranked', false]);
    }
  });

  test('a second run takes every row from the cache and gives the same to the last digit', async () => {
    expect((await cli(['audit', small, '--cache', cache, '--format', 'jsonl', '--quiet'])).out).toBe(first.out);
  });

  test('json: one document; rows from the cache are counted, ranks follow the deciding score', async () => {
    const { out, err } = await cli(['audit', small, '--cache', cache, '--format', 'json', '--quiet']);
    const { summary, rows } = JSON.parse(out).files[0] as { summary: { deciding: { probe: string }; timings: object }; rows: Line[] };
    expect(err).toBe('');
    expect(summary.timings).toMatchObject({ rowsRun: 0, rowsFromCache: 5 });
    const byRank = [...rows].sort((a, b) => a.rank - b.rank).map(({ scores }) => scores.find(({ probe }) => probe === summary.deciding.probe)!.value);
    expect(byRank).toEqual([...byRank].sort((a, b) => b - a));
  });

  test('--no-cache runs every row and leaves nothing', async () => {
    const { out } = await cli(['audit', small, '--no-cache', '--format', 'json', '--quiet', '--measures', 'activation'], { XDG_CACHE_HOME: at('unused'), HOME: at('unused') });
    expect(JSON.parse(out).files[0].summary.timings).toMatchObject({ rowsRun: 5, rowsFromCache: 0 });
    expect(await readdir(folder)).not.toContain('unused');
  });

  test("the table: worst first, problems, verdict; the rows' text cannot drive the terminal", async () => {
    const { code, out } = await cli(['audit', small, '--cache', cache]);
    expect(code).toBe(0);
    expect(out).not.toContain(ESC);
    expect(out).toContain('␛[2J␛]0;owned␇ A perfectly plain answer.');
    expect(out).toContain('line 5 (broken-json)');
    expect(out).toMatch(/Verdict +ranked: review from the top/);
    const ranks = [...out.matchAll(/^[ *] +(\d+) +\d+ {2}[█░]{10}/gm)].map(([, rank]) => Number(rank));
    expect(ranks).toEqual([1, 2, 3, 4, 5]);
  });

  test('colour: none in a pipe, with FORCE_COLOR even there, NO_COLOR above all', async () => {
    const table = (env: Record<string, string>) => cli(['audit', small, '--cache', cache, '--quiet'], env);
    expect((await table({ FORCE_COLOR: '1' })).out).toContain(`${ESC}[1m`);
    expect((await table({ FORCE_COLOR: '1', NO_COLOR: '1' })).out).not.toContain(ESC);
  });

  test.runIf(process.platform !== 'win32')('a reader that goes away ends it quietly', async () => {
    const { code, out, err } = await start('bash', ['-c', `set -o pipefail; "$0" "$@" | head -n 1; exit \${PIPESTATUS[0]}`, process.execPath, bundle, 'audit', small, '--cache', cache, '--format', 'jsonl', '--quiet']).ended;
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toBe('');
  });

  test('--fail-on problems', async () => {
    expect((await cli(['audit', small, '--cache', cache, '--quiet', '--fail-on', 'problems'])).code).toBe(1);
  });

  test('reports stand alone and name what was audited', async () => {
    const html = at('report.html');
    expect((await cli(['audit', small, '--cache', cache, '--quiet', '--report', html])).code).toBe(0);
    const text = await readFile(html, 'utf8');
    expect(text).not.toMatch(/<script|<link|\bsrc=|\bhref=/i);
    expect(text).toMatch(/SHA-256 [0-9a-f]{64}/);
    expect(text).not.toContain(ESC);
  });

  test('inspect shows the tokens of a row and its latents', async () => {
    const { code, out } = await cli(['inspect', `${small}:2`, '--probe', 'contrast']);
    expect(code).toBe(0);
    expect(out).toContain('By all means, provided you lose');
    expect(out).toMatch(/^ {11}[▁▂▃▄▅▆▇█ ]+$/m);
    expect(out).toMatch(/Probe +contrast/);
    expect(out).toContain('Top latents');
  });

  test('inspect says what stands on a line without a row', async () => {
    const { code, out, err } = await cli(['inspect', `${small}:5`]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('row on line 5');
  });

  test('the audited file is as it was', async () => {
    expect(await readFile(small, 'utf8')).toBe(before);
  });
});

describe('files that cannot be audited', () => {
  test.each([
    ['absent.jsonl', null, /absent\.jsonl/],
    ['empty.jsonl', '', /empty/i],
    ['broken.jsonl', '{"messages": [\n{"a":\n', /line 1/],
    ['answerless.jsonl', '{"messages": [{"role": "user", "content": "q"}]}\n', /line 1: .*no assistant turn/],
    ['questions.jsonl', '{"question_id": 81, "turns": ["a", "b"]}\n', /shape|fields/],
    ['binary.jsonl', 'PAR1\u0000\u0001\u0000', /binary\.jsonl/],
  ])('%s: exit 2, with words on standard error', async (name, content, words) => {
    if (content !== null) await writeFile(at(name), content);
    const { code, err } = await cli(['audit', at(name), '--cache', cache, '--quiet']);
    expect(code).toBe(2);
    expect(err).toMatch(/^persona-lens: .+\n$/);
    expect(err).toMatch(words);
  });

  test('a card, a model or ordinary rows that are not there', async () => {
    for (const option of ['--card', '--model', '--ordinary', '--template']) {
      const { code, err } = await cli(['audit', small, '--cache', cache, option, at('absent')]);
      expect([option, code]).toEqual([option, 2]);
      expect(err).toContain('absent');
      expect(err).not.toContain('this is a bug');
    }
  });

  test('the others go on', async () => {
    const { code, out, err } = await cli(['audit', at('absent.jsonl'), small, '--cache', cache, '--quiet', '--format', 'jsonl']);
    expect(code).toBe(2);
    expect(parse(out)).toHaveLength(7);
    expect(err).toContain('absent.jsonl');
  });
});

test('calibrated with ordinary rows of the user: p, q, flags, and a q that cannot be reached', async () => {
  const ordinary = join(samples, 'car-maintenance.ordinary.jsonl');
  const args = ['audit', small, '--cache', cache, '--quiet', '--measures', 'activation', '--ordinary', ordinary];
  const { code, out } = await cli([...args, '--format', 'json', '--fail-on', 'q<=.01']);
  expect(code).toBe(3);
  const { summary, rows } = JSON.parse(out).files[0] as { summary: { level: string; chance: { n: number; m: number } }; rows: Line[] };
  expect(summary).toMatchObject({ level: 'calibrated', chance: { n: 60, m: 5 } });
  for (const { scores, level, flagged, loss } of rows) {
    for (const { p, q } of scores) {
      expect(p).toBeGreaterThanOrEqual(1 / 61 - 1e-12);
      expect(q!).toBeGreaterThanOrEqual(p! - 1e-12);
    }
    expect(level).toBe('calibrated');
    expect(flagged).toBe(scores[0]!.p! <= 0.05);
    expect(loss).toBeGreaterThan(0); // from the cache
  }
});

test.runIf(process.platform !== 'win32')('Ctrl-C ends it within a batch, keeps what was computed and says so', async () => {
  const own = at('cancelled-cache');
  const running = start(process.execPath, [bundle, 'audit', sample, '--cache', own]);
  await expect.poll(() => running.err(), { timeout: 100_000, interval: 100 }).toMatch(/activations \d+ of 156 rows, /);
  running.child.kill('SIGINT');
  const { code, out, err } = await running.ended;
  expect([code, out]).toEqual([130, '']);
  expect(err).toMatch(/Cancelled during activations, \d+ of 156 rows done\. What was computed is kept in the cache/);
  const info = await cli(['cache', 'info', '--cache', own]);
  expect(Number(/Rows +(\d+)/.exec(info.out)![1])).toBeGreaterThan(0);
  expect((await cli(['cache', 'clear', '--cache', own])).code).toBe(0);
  expect((await cli(['cache', '--cache', own])).out).toContain('Rows    0 rows');
});
