import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { labelsOf, readMarks } from '../../src/audit/marks';
import type { TeachResult } from '../../src/core/types';
import { samples } from '../support/paths';
import { cli } from './support';

// Each run loads the model, and the first runs it over the sample: minutes on a busy machine.
vi.setConfig({ testTimeout: 900_000, hookTimeout: 900_000 });

let folder: string;
let cache: string;
let file: string;
const key = join(samples, 'car-maintenance.key.jsonl');
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'persona-lens-teach-'));
  cache = at('cache');
  file = at('car-maintenance.jsonl');
  await copyFile(join(samples, 'car-maintenance.jsonl'), file);
});
afterAll(() => rm(folder, { recursive: true }));

describe('persona-lens teach on the sample', () => {
  test('ranks rows of other questions better than TF-IDF taught on the same 20 marks, saves marks and card, and leaves the file alone', async () => {
    const before = await readFile(file, 'utf8');
    const { code, out, err } = await cli(['teach', file, '--labels', key, '--cache', cache, '--report', '10,20', '--format', 'json', '--save-marks', '--author', 'Ada', '--out', at('mine.persona.json'), '--quiet']);
    expect([code, err]).toEqual([0, '']);
    const result = JSON.parse(out) as TeachResult;
    expect(result).toMatchObject({ marks: { good: 104, bad: 52, elsewhere: 0 }, finding: 'shown', kernels: ['activation', 'text'] });
    expect(result.figures!.auroc.low).toBeGreaterThan(result.figures!.nullBand);
    const [ten, twenty] = result.report!;
    for (const { groups } of [ten!, twenty!]) expect(groups.map(({ name }) => name)).toEqual(['all bad', 'ill-meaning', 'quietly wrong']);
    expect(twenty!.groups[0]!.taught.value).toBeGreaterThan(twenty!.groups[0]!.tfidf.value);
    expect(twenty!.groups[0]!.bad + twenty!.groups[0]!.good).toBe(156 - 20);
    expect(await readFile(file, 'utf8')).toBe(before);
    const marks = await readMarks(file);
    expect(labelsOf(marks)).toHaveLength(156);
    expect([...marks.records.values()].every(({ author }) => author === 'Ada')).toBe(true);

    const again = await cli(['teach', file, '--cache', cache, '--top', '3']);
    expect(again.code).toBe(0);
    expect(again.out).toContain('104 rows marked good, 52 bad');
    expect(again.out).toContain('every row of the file is marked');
    expect(again.out).toContain('0 run through the model');

    const audited = await cli(['audit', file, '--cache', cache, '--card', at('mine.persona.json'), '--format', 'jsonl', '--quiet']);
    expect(audited.code).toBe(0);
    const values = audited.out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { scores: { probe: string; value: number }[] }).scores[0]!);
    expect(values.every(({ probe }) => probe === 'taught')).toBe(true);
    result.rows.forEach(({ value }, i) => expect(values[i]!.value).toBeCloseTo(value, 4));
  });

  test('with too few marks says how many more of which kind, and ends with 2', async () => {
    await writeFile(at('few.key.jsonl'), '{"line": 1, "label": "good"}\n{"line": 2, "label": "bad"}\n');
    const { code, out } = await cli(['teach', file, '--labels', at('few.key.jsonl'), '--cache', cache, '--out', at('none.persona.json')]);
    expect(code).toBe(2);
    expect(out).toContain('4 more good and 4 more bad marks are needed before a probe can be taught');
    expect(out).toContain('Rows to mark next');
    await expect(readFile(at('none.persona.json'))).rejects.toThrow('ENOENT');
  });

  test('without marks says where they would stand', async () => {
    await copyFile(file, at('other.jsonl'));
    const { code, err } = await cli(['teach', at('other.jsonl'), '--cache', cache]);
    expect(code).toBe(2);
    expect(err).toMatch(/other\.persona-lens\.jsonl holds no marks/);
  });
});
