import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileOutput } from '../../../src/base/output';
import { PipeClosedError, streamOutput } from '../../../src/cli/output';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-output-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a closed pipe ends the writing by PipeClosedError', async () => {
  const closed = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const output = streamOutput(closed);
  await expect(output.write('a')).rejects.toThrow(PipeClosedError);
  await expect(output.write('b')).rejects.toThrow(PipeClosedError);
});

test('a file appears when it is whole', async () => {
  const path = join(folder, 'out.jsonl');
  const output = await fileOutput(path);
  await output.write('one\n');
  await expect(readFile(path)).rejects.toThrow();
  await output.write('two\n');
  await output.end();
  expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
  expect(await readdir(folder)).toEqual(['out.jsonl']);
});

test('an abandoned file leaves nothing', async () => {
  const output = await fileOutput(join(folder, 'out.jsonl'));
  await output.write('one\n');
  await output.abandon();
  expect(await readdir(folder)).toEqual([]);
});

test('a folder that is not there is said', async () => {
  await expect(fileOutput(join(folder, 'none/out.jsonl'))).rejects.toThrow(/none\/out\.jsonl cannot be written \(ENOENT\)/);
});
