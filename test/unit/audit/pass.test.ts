import { describe, expect, test } from 'vitest';
import { Pass, type PassCare, withoutSetAside } from '../../../src/audit/pass';
import type { AuditRow } from '../../../src/audit/rows';
import { EngineError } from '../../../src/engine/errors';
import type { BatchNotice } from '../../../src/protocol';

const rowOf = (index: number): AuditRow => {
  const record = { index, line: index + 1, range: { start: 0, end: 0 }, hash: `${index}`, shape: 'messages' as const, turns: [] };
  const tokens = { hash: `${index}`, ids: new Int32Array(10), turnOf: new Int16Array(0), charStart: new Uint32Array(0), charEnd: new Uint32Array(0), response: new Uint8Array(0), truncated: false, templateMarkers: false };
  return { key: record.hash, index, line: index + 1, range: record.range, main: { record, tokens, truncated: false, templateMarkers: false }, rejected: null };
};

class TestPass extends Pass {
  readonly work = 'losses';
  batches: number[][] = [];

  constructor(care: PassCare | undefined, private readonly bad: ReadonlyMap<number, Error>) {
    super(care);
  }

  async run(rows: AuditRow[]): Promise<number[]> {
    const done: number[] = [];
    await this.drain(rows, rows.length, { onRows: (some) => done.push(...some.map(({ index }) => index)), onProgress: () => undefined }, (batch) => {
      this.batches.push(batch.map(({ index }) => index));
      for (const { index } of batch) if (this.bad.has(index)) return Promise.reject(this.bad.get(index)!);
      return Promise.resolve();
    });
    return done.sort((a, b) => a - b);
  }
}

function passOf(bad: [number, Error][], alone: string[] = []) {
  const failed: [number, string][] = [];
  const told: (BatchNotice | null)[] = [];
  const care: PassCare = {
    alone: new Set(alone),
    setAside: [],
    onBatch: (batch) => Promise.resolve(void told.push(batch)),
    onFailed: ({ index }, { message }) => failed.push([index, message]),
  };
  return { failed, told, pass: new TestPass(care, new Map(bad)) };
}

const rows = Array.from({ length: 8 }, (_, i) => rowOf(i));
const memory = new EngineError('run-failed', 'the runtime failed: std::bad_alloc');

describe('a batch that the engine cannot run', () => {
  test('is halved down to the row at fault, which is told, and the others are done', async () => {
    const { pass, failed } = passOf([[5, memory]]);
    expect(await pass.run(rows)).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(pass.batches).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]]);
    expect(failed).toEqual([[5, expect.stringMatching(/^Its loss could not be computed: there is not enough memory to run its 10 tokens\. Lower maxTokens/)]]);
    expect(pass.ran).toBe(7);
  });

  test('for numbers that are not finite, too', async () => {
    const { pass, failed } = passOf([[0, new EngineError('not-finite', 'no number')]]);
    expect(await pass.run(rows)).toHaveLength(7);
    expect(failed).toEqual([[0, 'Its loss could not be computed: no number']]);
  });

  test('ends the audit where it is no fault of rows', async () => {
    const { pass } = passOf([[5, new Error('a bug')]]);
    await expect(pass.run(rows)).rejects.toThrow('a bug');
  });
});

test('every batch is told before it runs and when it ended; suspects run alone', async () => {
  const { pass, told } = passOf([], ['2', '6']);
  expect(await pass.run(rows)).toHaveLength(8);
  expect(pass.batches).toEqual([[0, 1, 3, 4, 5, 7], [2], [6]]);
  expect(told.map((batch) => batch?.hashes ?? null)).toEqual([['0', '1', '3', '4', '5', '7'], null, ['2'], null, ['6'], null]);
  expect(told[0]).toMatchObject({ work: 'losses', tokens: 60 });
});

test('rows set aside for a work are left out of that work alone, and told why', () => {
  const failed: unknown[] = [];
  const setAside = [{ hash: '1', work: 'push' as const, message: 'pushed too hard' }, { hash: '3', work: 'losses' as const, message: 'lost' }];
  const left = withoutSetAside(rows.slice(0, 4), 'losses', { setAside, onFailed: ({ index }, fault) => failed.push([index, fault]) });
  expect(left.map(({ index }) => index)).toEqual([0, 1, 2]);
  expect(failed).toEqual([[3, { work: 'losses', message: 'lost' }]]);
});
