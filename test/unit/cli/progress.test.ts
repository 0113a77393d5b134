import { expect, test } from 'vitest';
import { barWords, progressFor, progressWords } from '../../../src/cli/progress';
import type { AuditProgress } from '../../../src/protocol';
import { ESC, Recorded } from './support';

const progress = (over: Partial<AuditProgress> = {}): AuditProgress => ({ stage: 'activations', done: 412, total: 6000, rowsPerSecond: 34.4, secondsLeft: 164, ...over });

test('words', () => {
  expect(progressWords(progress())).toBe('activations 412 of 6,000 rows, 34 rows/s, 2 min 44 s left');
  expect(progressWords(progress({ rowsPerSecond: null, secondsLeft: null }))).toBe('activations 412 of 6,000 rows');
  expect(progressWords(progress({ stage: 'loading the model', total: 0, done: 0, rowsPerSecond: null }))).toBe('loading the model');
  expect(progressWords(progress({ stage: 'reading ordinary rows', done: 30, total: 120, rowsPerSecond: 3.14, secondsLeft: 28 }))).toBe('reading ordinary rows 25 %, 3.1 rows/s, 28 s left');
  expect(barWords(progress({ done: 3000 }))).toMatch(/^█{12}░{12} activations 3,000 of 6,000/);
});

test('elsewhere than on a terminal: a plain line every five seconds, none in a short run', () => {
  const stream = new Recorded();
  let now = 1000;
  const lines = progressFor(stream, { quiet: false, clock: () => now });
  for (; now < 5900; now += 100) lines.update(progress());
  expect(stream.text).toBe('');
  for (; now < 16_500; now += 100) lines.update(progress({ done: now }));
  lines.end();
  expect(stream.text.split('\n')).toEqual(['activations 6,000 of 6,000 rows, 34 rows/s', 'activations 11,000 of 6,000 rows, 34 rows/s', 'activations 16,000 of 6,000 rows, 34 rows/s', '']);
});

test('on a terminal a bar that leaves nothing behind', () => {
  const stream = new Recorded();
  stream.isTTY = true;
  stream.columns = 60;
  // What cli-progress asks of a terminal.
  Object.assign(stream, { cursorTo: () => true, clearLine: () => true, moveCursor: () => true });
  const bar = progressFor(stream, { quiet: false });
  bar.update(progress());
  bar.end();
  expect(stream.text).toContain('activations 412');
  expect(stream.text).toContain(`${ESC}[?25h`);
});

test('quiet says nothing', () => {
  const stream = new Recorded();
  const quiet = progressFor(stream, { quiet: true, clock: () => 1e9 });
  quiet.update(progress());
  quiet.note('x');
  quiet.end();
  expect(stream.text).toBe('');
});

test('notes are neutralised', () => {
  const stream = new Recorded();
  progressFor(stream, { quiet: false }).note(`a${ESC}[2Jb`);
  expect(stream.text).toBe('a␛[2Jb\n');
});
