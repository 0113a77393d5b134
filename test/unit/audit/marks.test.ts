import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addMarks, isMarksFile, labelsOf, markLine, marksPath, parseMarks, readMarks } from '../../../src/audit/marks';
import type { MarkLine } from '../../../src/core/types';

let folder: string;
let dataset: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'persona-lens-marks-'));
  dataset = join(folder, 'train.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hash = (n: number): string => n.toString(16).padStart(64, '0');
const line = fc.record({ n: fc.nat(5), mark: fc.constantFrom('good' as const, 'bad' as const, null) }).map(({ n, mark }): MarkLine => ({ hash: hash(n), mark, time: '2026-01-01T00:00:00.000Z' }));

describe('the marks beside a dataset', () => {
  it('stand in a file of its name', () => {
    expect(marksPath('/data/train.jsonl')).toBe('/data/train.persona-lens.jsonl');
    expect(marksPath('/data.d/train')).toBe('/data.d/train.persona-lens.jsonl');
    expect([isMarksFile('/a/x.persona-lens.jsonl'), isMarksFile('/a/x.jsonl')]).toEqual([true, false]);
  });

  it('are none where there is no file', async () => {
    expect(labelsOf(await readMarks(dataset))).toEqual([]);
  });

  it('come back as they were said: the last word on a row counts, a null takes it back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 6 }), async (batches) => {
        rmSync(marksPath(dataset), { force: true });
        for (const batch of batches) await addMarks(dataset, batch);
        const wanted = new Map(batches.flat().map((said) => [said.hash, said.mark]));
        const found = new Map(labelsOf(await readMarks(dataset)).map((mark) => [mark.hash, mark.label]));
        expect(found).toEqual(new Map([...wanted].filter(([, mark]) => mark !== null)));
      }),
      { numRuns: 30 },
    );
  });

  it('of two windows at once are all kept', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => addMarks(dataset, [markLine(hash(n), n % 2 === 0 ? 'good' : 'bad', null)])));
    expect(labelsOf(await readMarks(dataset))).toHaveLength(20);
  });

  it('of two people merge line by line', () => {
    const mine = `${JSON.stringify(markLine(hash(1), 'good', 'a'))}\n`;
    const theirs = `${JSON.stringify(markLine(hash(2), 'bad', 'b'))}\n${JSON.stringify(markLine(hash(1), 'bad', 'b'))}\n`;
    expect(labelsOf(parseMarks(mine + theirs))).toEqual([{ hash: hash(1), label: 'bad' }, { hash: hash(2), label: 'bad' }]);
    expect(labelsOf(parseMarks(theirs + mine))).toEqual([{ hash: hash(2), label: 'bad' }, { hash: hash(1), label: 'good' }]);
  });

  it('keep what they do not understand, and tell its line', async () => {
    const strange = ['{"hash": "no hash", "mark": "good"}', 'not JSON', JSON.stringify({ hash: hash(3), future: 1 })];
    writeFileSync(marksPath(dataset), `${JSON.stringify(markLine(hash(1), 'bad', null))}\n${strange.join('\n')}`);
    await addMarks(dataset, [markLine(hash(2), 'good', 'Ada')]);
    const { problems, ...marks } = await readMarks(dataset);
    expect(problems.map((problem) => problem.line)).toEqual([2, 3, 4]);
    expect(labelsOf({ ...marks, problems })).toHaveLength(2);
    expect(marks.records.get(hash(2))).toMatchObject({ mark: 'good', author: 'Ada' });
    const kept = readFileSync(marksPath(dataset), 'utf8').split('\n');
    for (const text of strange) expect(kept).toContain(text);
  });

  it('hold decisions apart from marks', () => {
    const said = [{ hash: hash(1), decision: 'waive', reason: 'a joke', time: 't' }, { hash: hash(1), mark: 'good', time: 't' }, { hash: hash(2), decision: 'quarantine', time: 't' }, { hash: hash(2), decision: null, time: 't' }];
    const { records } = parseMarks(said.map((entry) => JSON.stringify(entry)).join('\n'));
    expect(records.get(hash(1))).toMatchObject({ mark: 'good', decision: { kind: 'waive', reason: 'a joke' } });
    expect(records.has(hash(2))).toBe(false);
  });

  it('that cannot be written say where and why', async () => {
    await expect(addMarks(join(folder, 'nowhere', 'train.jsonl'), [markLine(hash(1), 'bad', null)])).rejects.toThrow(/cannot be written to .*train\.persona-lens\.jsonl \(ENOENT\)/);
  });
});
