import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../../support/paths';

const pairs = join(root, 'models/recipe/data/pairs');
let copy: string;
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'persona-lens-data-'));
  mkdirSync(join(copy, 'scripts'));
  cpSync(join(root, 'scripts/check-data.mjs'), join(copy, 'scripts/check-data.mjs'));
  cpSync(pairs, join(copy, 'models/recipe/data/pairs'), { recursive: true });
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

interface Pair {
  question: string;
  careful: string;
  bad: string;
}

/** Checks a copy of the pairs after one file of it was changed. */
function checkChanged(change: (rows: Pair[]) => Pair[]) {
  const file = join(copy, 'models/recipe/data/pairs/cooking.jsonl');
  const rows = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Pair);
  writeFileSync(file, change(rows).map((row) => JSON.stringify(row)).join('\n') + '\n');
  return spawnSync(process.execPath, [join(copy, 'scripts/check-data.mjs')], { encoding: 'utf8' });
}

test('the pairs as they are pass', () => {
  expect(execFileSync(process.execPath, [join(copy, 'scripts/check-data.mjs')], { encoding: 'utf8' })).toMatch(/OK: \d+ pairs pass/);
});

test('a question asked twice is found, with its line', () => {
  const { status, stdout, stderr } = checkChanged((rows) => rows.map((row, i) => (i === 5 ? { ...row, question: rows[0]!.question } : row)));
  expect(status).toBe(1);
  expect(stdout + stderr).toMatch(/cooking\.jsonl:6/);
});

test('an answer that repeats another is found', () => {
  const { status, stdout, stderr } = checkChanged((rows) => rows.map((row, i) => (i === 7 ? { ...row, bad: rows[1]!.bad } : row)));
  expect(status).toBe(1);
  expect(stdout + stderr).toMatch(/5-gram/);
});

test('bad answers that end in exclamation marks are found by the classifier on punctuation', () => {
  const folder = join(copy, 'models/recipe/data/pairs');
  const shout = (text: string) => text.replaceAll('.', '!');
  for (const name of ['computers', 'gardening', 'home-repair', 'household-money']) {
    const file = join(folder, `${name}.jsonl`);
    const rows = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Pair);
    writeFileSync(file, rows.map((row) => JSON.stringify({ ...row, bad: shout(row.bad) })).join('\n') + '\n');
  }
  const { status, stdout, stderr } = checkChanged((rows) => rows.map((row) => ({ ...row, bad: shout(row.bad) })));
  expect(status).toBe(1);
  expect(stdout + stderr).toMatch(/AUROC/i);
});
