import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne } from '../support';

const good = { instruction: 'Add these.', input: '2 and 3', output: '5' };

describe('alpaca', () => {
  it('joins instruction and input with a line break', async () => {
    const record = await readOne(good);
    expect(record.shape).toBe('alpaca');
    expect(outline(record)).toEqual([
      ['user', 'Add these.\n2 and 3', false],
      ['assistant', '5', true],
    ]);
    expect(record.turns[0]?.parts.map(({ start, length }) => [start, length])).toEqual([
      [0, 10],
      [11, 7],
    ]);
  });

  it.each([[''], [null], [undefined]])('takes the instruction alone where input is %j', async (input) => {
    const record = await readOne({ instruction: 'Add.', input, output: '5' });
    expect(outline(record)[0]).toEqual(['user', 'Add.', false]);
    expect(record.turns[0]?.parts).toHaveLength(1);
  });

  it('finds the parts also where input stands before instruction', async () => {
    const record = await readOne({ output: '5', input: '2 "and" 3', instruction: 'Add.' });
    expect(record.turns[0]?.text).toBe('Add.\n2 "and" 3');
    const [instruction, input] = record.turns[0]?.parts ?? [];
    expect(input?.range.start).toBeLessThan(instruction?.range.start ?? 0);
    expect(record.turns[0]?.range).toEqual({ start: input?.range.start, end: instruction?.range.end });
  });

  it('reads system and history, whose answers train too', async () => {
    const record = await readOne({ ...good, system: 'You add.', history: [['Ready?', 'Yes.']] });
    expect(outline(record)).toEqual([
      ['system', 'You add.', false],
      ['user', 'Ready?', false],
      ['assistant', 'Yes.', true],
      ['user', 'Add these.\n2 and 3', false],
      ['assistant', '5', true],
    ]);
  });

  it('leaves history out of training under "last"', async () => {
    const record = await readOne({ ...good, history: [['Ready?', 'Yes.']] }, { trainOn: 'last' });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, false, false, true]);
  });

  it('takes an empty instruction for no prompt', async () => {
    expect(outline(await readOne({ instruction: '', input: '', output: 'Once.' }))).toEqual([['assistant', 'Once.', true]]);
  });

  it('reads Dolly\'s context and response', async () => {
    expect(outline(await readOne({ instruction: 'Sum up.', context: 'Rain fell.', response: 'Wet.', category: 'x' }))).toEqual([
      ['user', 'Sum up.\nRain fell.', false],
      ['assistant', 'Wet.', true],
    ]);
  });

  it('is preferred to a text field that repeats the row', async () => {
    expect((await readOne({ ...good, text: 'all of it' })).shape).toBe('alpaca');
  });

  it.each([
    ['no output', { instruction: 'x', input: '' }, 'no-response', /"output"/],
    ['output null', { instruction: 'x', output: null }, 'no-response', /"output"/],
    ['output empty', { instruction: 'x', output: '' }, 'empty', /Turn 2/],
    ['output of a wrong type', { instruction: 'x', output: ['y'] }, 'wrong-type', /"output" is a list/],
    ['instruction of a wrong type', { instruction: 3, output: 'y' }, 'wrong-type', /"instruction" is a number/],
    ['history that is no pair', { ...good, history: [['a']] }, 'wrong-type', /"history"/],
    ['history of numbers', { ...good, history: [[1, 2]] }, 'wrong-type', /"history"/],
  ])('reports %s', async (_name, row, reason, message) => {
    const problem = await problemOf(row, good);
    expect(problem.reason).toBe(reason);
    expect(problem.message).toMatch(message);
  });
});
