import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne } from '../support';

describe('instances', () => {
  it('reads the instruction with the input', async () => {
    const record = await readOne({ id: 's', instruction: 'Pair it.', instances: [{ input: 'day', output: 'night' }] });
    expect(record.shape).toBe('instances');
    expect(outline(record)).toEqual([
      ['user', 'Pair it.\nday', false],
      ['assistant', 'night', true],
    ]);
  });

  it('gives one record a row: the first instance with an output', async () => {
    const record = await readOne({
      instruction: 'Pair it.',
      instances: [{ input: 'a', output: '' }, { input: 'a', output: ' \n' }, { input: '', output: 'b' }, { input: 'c', output: 'd' }],
    });
    expect(outline(record)).toEqual([
      ['user', 'Pair it.', false],
      ['assistant', 'b', true],
    ]);
  });

  it.each([
    ['no instance', { instruction: 'x', instances: [] }, 'no-response'],
    ['no output in any', { instruction: 'x', instances: [{ input: 'a', output: ' ' }] }, 'empty'],
    ['instances of a wrong type', { instruction: 'x', instances: 'y' }, 'wrong-type'],
    ['an instance of a wrong type', { instruction: 'x', instances: ['y'] }, 'wrong-type'],
    ['an output of a wrong type', { instruction: 'x', instances: [{ output: 1 }] }, 'wrong-type'],
  ])('reports %s', async (_name, row, reason) => {
    expect((await problemOf(row, { instruction: 'x', instances: [{ input: '', output: 'y' }] })).reason).toBe(reason);
  });
});
