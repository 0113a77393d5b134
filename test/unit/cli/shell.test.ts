import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandLine } from '../../../src/cli/shell';

const words = ['persona-lens', 'a b', "it's", '$HOME `x` "q" \\', 'line\nbreak', "\u001b[31m'", '*?[a]', '', 'plain-1.jsonl', 'ümlaut', '~', '#x', 'a;b&c|d'];

test.runIf(process.platform !== 'win32')('a shell reads every argument back as it was', () => {
  const { stdout } = spawnSync('bash', ['-c', `printf '%s\\0' ${commandLine(words)}`]);
  expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words);
});

test('plain words need no quotes', () => {
  expect(commandLine(['persona-lens', 'audit', 'media/train-1.jsonl', '--top', '5'])).toBe('persona-lens audit media/train-1.jsonl --top 5');
});
