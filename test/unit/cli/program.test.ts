import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ExpectedError } from '../../../src/base/errors';
import { run } from '../../../src/cli/program';
import type { AuditResult } from '../../../src/protocol';
import { modelsFolder } from '../../support/paths';
import { ESC, Recorded, RecordedAuditor, chance, io, row, summary } from './support';

let folder: string;
let train: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-cli-'));
  train = join(folder, 'train.jsonl');
  await writeFile(train, '{}\n');
});
afterEach(() => rm(folder, { recursive: true }));

const rows = [row(0, 1, { rank: 2 }), row(1, 3, { rank: 1 }), row(2, 0, { rank: 3 })];
const ranked = (): AuditResult => ({ rows, summary: summary({ file: train }) });
const found = (): AuditResult => ({ rows, summary: summary({ file: train, level: 'calibrated', verdict: 'more than chance', verdictText: '31 flagged, 5 expected by chance', flagged: 31, chance }) });

async function cli(args: string[], results: Record<string, AuditResult | Error>, over: Parameters<typeof io>[1] = {}) {
  const auditor = new RecordedAuditor(results, [{ type: 'progress', progress: { stage: 'activations', done: 2, total: 3, rowsPerSecond: 1, secondsLeft: 1 } }]);
  const streams = io(auditor, { modelsFolder, ...over });
  const code = await run(args, streams);
  return { code, out: streams.stdout.text, err: streams.stderr.text, auditor };
}

describe('exit codes', () => {
  test('0 for a ranked file, 1 for more than chance', async () => {
    expect((await cli(['audit', train], { [train]: ranked() })).code).toBe(0);
    expect((await cli(['audit', train], { [train]: found() })).code).toBe(1);
  });

  test('with --fail-on only its conditions decide', async () => {
    expect((await cli(['audit', train, '--fail-on', 'problems'], { [train]: found() })).code).toBe(0);
    expect((await cli(['audit', train, '--fail-on', 'problems,flagged>30'], { [train]: found() })).code).toBe(1);
    expect((await cli(['audit', train, '--fail-on', 'q<=.05'], { [train]: ranked() })).code).toBe(3);
  });

  test('a file that cannot be audited is told on standard error, the others go on, and 2 wins', async () => {
    const { code, out, err } = await cli(['audit', 'none.jsonl', train], { 'none.jsonl': new ExpectedError('not-found', `none.jsonl${ESC}[2J does not exist. Check the path.`), [train]: found() });
    expect(code).toBe(2);
    expect(err).toBe('persona-lens: none.jsonl␛[2J does not exist. Check the path.\n');
    expect(out).toContain('31 flagged');
  });

  test('a file of which no row could be scored says so on standard error', async () => {
    const nothing = { rows: [], summary: summary({ scored: 0, verdict: 'could not run', verdictText: 'could not run: no row could be scored', problems: [1, 2].map((line) => ({ line, reason: 'empty', message: 'This row is empty.' })) }) };
    const { code, err } = await cli(['audit', train, '--quiet'], { [train]: nothing });
    expect(code).toBe(2);
    expect(err).toBe(`persona-lens: ${train}: could not run: no row could be scored; line 1: This row is empty. (1 more with problems)\n`);
  });

  test.each([
    [['audit']],
    [['audit', 'x', '--format', 'xml']],
    [['audit', 'x', '--fail-on', 'nonsense']],
    [['audit', 'x', '--top', '-1']],
    [['audit', 'x', '--report', 'x.pdf']],
    [['audit', 'x', 'y', '--key', 'k']],
    [['audit', 'x', '--key', '/none/key']],
    [['audit', 'x', '--map', 'answer=a']],
    [['audit', 'x', '--nonsense']],
    [['nonsense']],
    [['inspect', 'x']],
    [['inspect', '/none/x.jsonl:1']],
    [[]],
  ])('%j is wrong usage or cannot run: 2, with words on standard error and nothing on standard output', async (args) => {
    const { code, out, err } = await cli(args, {});
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  test('help and version are 0 and go to standard output', async () => {
    for (const args of [['--help'], ['--version'], ['audit', '--help'], ['inspect', '--help'], ['help', 'cache']]) {
      const { code, out, err } = await cli(args, {});
      expect([code, err]).toEqual([0, '']);
      expect(out).not.toBe('');
    }
  });

  test('a bug is not hidden', async () => {
    await expect(cli(['audit', train], { [train]: new TypeError('oops') })).rejects.toThrow('oops');
  });

  test('a cancelled audit is 130, says what is kept, and prints no results', async () => {
    const { code, out, err, auditor } = await cli(['audit', train, '--cache', '/my/cache'], { [train]: ranked() }, { signal: AbortSignal.abort('SIGINT') });
    expect(code).toBe(130);
    expect(out).toBe('');
    expect(err).toBe('Cancelled during activations, 2 of 3 rows done. What was computed is kept in the cache (/my/cache): the same command goes on from there.\n');
    expect(auditor.disposed).toBe(true);
    expect((await cli(['audit', train, '--no-cache'], { [train]: ranked() }, { signal: AbortSignal.abort('SIGTERM') })).err).toContain('Nothing was kept');
    expect((await cli(['audit', train], { [train]: ranked() }, { signal: AbortSignal.abort('SIGTERM') })).code).toBe(143);
  });
});

describe('formats', () => {
  test('the table ends with the verdict, and warnings stay on standard error', async () => {
    const { out, err } = await cli(['audit', train, '--top', '1'], { [train]: ranked() });
    expect(out.split('\n').filter((line) => /answer \d/.test(line))).toHaveLength(1);
    expect(out).toContain('answer 1');
    expect(out).toContain('Verdict  ranked: review from the top');
    expect(err).toBe('');
  });

  test('jsonl is one object a record in file order and nothing else', async () => {
    const { out, err } = await cli(['audit', train, '--format', 'jsonl', '--fail-on', 'flagged>0'], { [train]: ranked() });
    const records = out.trimEnd().split('\n').map((line) => JSON.parse(line) as { line: number; file: string });
    expect(records.map(({ line }) => line)).toEqual([1, 2, 3]);
    expect(records[0]!.file).toBe(train);
    expect(err).toContain('--fail-on not met: flagged>0');
    expect((await cli(['audit', train, '--format', 'jsonl', '--quiet'], { [train]: ranked() })).err).toBe('');
  });

  test('json is one document with provenance, and files that failed', async () => {
    const { out } = await cli(['audit', train, 'none', '--format', 'json', '--quiet', '--max-tokens', '99'], { [train]: ranked(), none: new ExpectedError('not-found', 'gone') });
    const document = JSON.parse(out);
    expect(document.version).toBe(1);
    expect(document.files).toHaveLength(1);
    expect(document.files[0].rows.map(({ line }: { line: number }) => line)).toEqual([1, 2, 3]);
    expect(document.files[0].summary).toMatchObject({ verdict: 'ranked', keys: { vector: 'vector-key' } });
    expect(document.files[0].problems).toEqual([]);
    expect(document.files[0].provenance).toMatchObject({
      tool: { name: 'persona-lens' },
      audited: { path: train, bytes: 3, sha256: 'ca3d163bab055381827226140568f3bef7eaac187cebd76878e0b63e9e442356' },
      settings: { maxTokens: 99, trainOn: 'all' },
    });
    expect(document.files[0].provenance.command).toContain('--max-tokens 99');
    expect(document.failed).toEqual([{ file: 'none', reason: 'not-found', message: 'gone' }]);
  });

  test('colour follows the terminal, and never reaches a file', async () => {
    const terminal = () => Object.assign(new Recorded(), { isTTY: true, columns: 90 });
    const coloured = await cli(['audit', train, '--quiet'], { [train]: ranked() }, { stdout: terminal(), env: { TERM: 'xterm' } } as never);
    expect(coloured.out).toContain(ESC);
    const plain = await cli(['audit', train, '--quiet'], { [train]: ranked() }, { stdout: terminal(), env: { TERM: 'xterm', NO_COLOR: '1' } } as never);
    expect(plain.out).not.toContain(ESC);
    const path = join(folder, 'out.txt');
    await cli(['audit', train, '--out', path], { [train]: ranked() }, { env: { FORCE_COLOR: '3' } });
    expect(await readFile(path, 'utf8')).not.toContain(ESC);
  });

  test('a reader that goes away ends it quietly', async () => {
    const closed = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })) });
    const { code, err } = await cli(['audit', train, '--format', 'jsonl', '--quiet'], { [train]: found() }, { stdout: closed } as never);
    expect(code).toBe(1);
    expect(err).toBe('');
  });
});

describe('files that are written', () => {
  test('--out has the results and standard output nothing', async () => {
    const path = join(folder, 'out.jsonl');
    const { out } = await cli(['audit', train, '--format', 'jsonl', '--out', path], { [train]: ranked() });
    expect(out).toBe('');
    expect((await readFile(path, 'utf8')).trimEnd().split('\n')).toHaveLength(3);
  });

  test('--report writes Markdown or HTML by its name', async () => {
    for (const [name, start] of [['r.md', '# Persona Lens report'], ['r.html', '<!doctype html>']] as const) {
      const { out } = await cli(['audit', train, '--report', join(folder, name)], { [train]: ranked() });
      expect((await readFile(join(folder, name), 'utf8')).startsWith(start)).toBe(true);
      expect(out).toContain('Verdict');
    }
  });

  test.each(['--out', '--report'])('%s never overwrites an input', async (option) => {
    const input = join(folder, 'input.md');
    await writeFile(input, 'mine');
    for (const args of [[input], [train, '--ordinary', input], [train, '--key', input], [train, '--card', input]]) {
      const { code, err } = await cli(['audit', ...args, option, join(folder, '.', 'input.md')], {});
      expect(code).toBe(2);
      expect(err).toContain('inputs are never overwritten');
    }
    expect(await readFile(input, 'utf8')).toBe('mine');
  });

  test('a cancelled audit leaves no half file', async () => {
    await cli(['audit', train, '--out', join(folder, 'out.jsonl')], { [train]: ranked() }, { signal: AbortSignal.abort('SIGINT') });
    expect(await readdir(folder)).toEqual(['train.jsonl']);
  });
});

describe('settings', () => {
  test('reach the auditor', async () => {
    const { auditor } = await cli(
      ['audit', train, '--ordinary', 'o.jsonl', '--card', 'c.json', '--model', 'm', '--adapter', 'a', '--scale', '0.5', '--max-tokens', '64', '--train-on', 'last', '--system-prompt', 'S', '--template', 'none', '--map', 'prompt=a,response=b', '--measures', 'activation', '--threads', '2', '--device', 'cpu', '--cache', 'dir'],
      { [train]: ranked() },
    );
    expect(auditor.requests[0]).toEqual({
      path: train,
      spans: 20,
      settings: {
        ordinary: 'o.jsonl',
        card: 'c.json',
        model: 'm',
        adapter: { folder: 'a', scale: 0.5 },
        maxTokens: 64,
        trainOn: 'last',
        systemPrompt: 'S',
        template: { kind: 'none' },
        mapping: { prompt: 'a', response: 'b' },
        measures: ['activation'],
        threads: 2,
        device: 'cpu',
        cache: { folder: 'dir', maxBytes: 2 ** 31 },
      },
    });
  });

  test('tokens are read of the rows shown, of none with --no-spans, and the report says so', async () => {
    const spans = async (...options: string[]) => (await cli(['audit', train, ...options], { [train]: ranked() })).auditor.requests[0]!.spans;
    expect([await spans('--top', '5'), await spans('--top', '0'), await spans('--no-spans')]).toEqual([5, 200, 0]);
    const { out } = await cli(['audit', train, '--no-spans', '--format', 'json'], { [train]: ranked() });
    expect(JSON.parse(out).files[0].provenance.command).toContain('--no-spans');
  });

  test('the cache is in its usual place unless told, and off with --no-cache', async () => {
    expect((await cli(['audit', train], { [train]: ranked() })).auditor.requests[0]!.settings.cache?.folder).toBe('/cache');
    expect((await cli(['audit', train, '--no-cache'], { [train]: ranked() })).auditor.requests[0]!.settings.cache).toBeNull();
  });
});

test('--key prints what the scores reach', async () => {
  const key = join(folder, 'key.jsonl');
  await writeFile(key, '{"line":1,"label":"good"}\n{"line":2,"label":"bad"}\n{"line":3,"label":"good"}\n{"line":9,"label":"good"}\n');
  const { out } = await cli(['audit', train, '--key', key], { [train]: ranked() });
  expect(out).toContain('Key: 2 good and 1 bad rows');
  expect(out).toContain('line 9 is no row of the file');
  const machine = await cli(['audit', train, '--key', key, '--format', 'json'], { [train]: ranked() });
  expect(JSON.parse(machine.out).files[0].key).toMatchObject({ good: 2, bad: 1 });
});

test('cache info and clear', async () => {
  const info = await cli(['cache'], {});
  expect(info.out).toBe('Folder  /cache\nSize    97 MB of at most 2.1 GB\nRows    1,234 rows\n');
  expect((await cli(['cache', 'clear', '--cache', 'x'], {})).out).toBe('Cleared 97 MB (1,234 rows) in x\n');
});
