import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne, readRows } from '../support';

const q = { role: 'user', content: 'Ready?' };
const a = { role: 'assistant', content: 'Yes.' };
const turns = [
  ['user', 'Ready?', false],
  ['assistant', 'Yes.', true],
];

describe('kto', () => {
  it.each([true, false])('reads prompt, completion and label %s', async (label) => {
    const record = await readOne({ prompt: 'Ready?', completion: 'Yes.', label });
    expect(record).toMatchObject({ shape: 'kto', desirable: label });
    expect(outline(record)).toEqual(turns);
  });

  it.each([
    ['messages', { messages: [q, a], label: false }],
    ['conversations', { conversations: [{ from: 'human', value: 'Ready?' }, { from: 'gpt', value: 'Yes.' }], label: false }],
    ['lists', { prompt: [q], completion: [a], label: false }],
    ['alpaca with kto_tag', { instruction: 'Ready?', output: 'Yes.', kto_tag: false }],
  ])('reads %s', async (_name, row) => {
    const record = await readOne(row);
    expect(record).toMatchObject({ shape: 'kto', desirable: false });
    expect(outline(record)).toEqual(turns);
  });

  it('trains on the last answer only', async () => {
    const record = await readOne({ messages: [q, a, q, a], label: true });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, false, false, true]);
  });

  it('leaves a label that is no boolean to the other shapes', async () => {
    const { shape, records } = await readRows([{ text: 'Fine film.', label: 1 }]);
    expect(shape).toBe('text');
    expect(records[0]).not.toHaveProperty('desirable');
  });

  it('reports a label without an answer', async () => {
    expect((await problemOf({ prompt: 'x', label: true }, { prompt: 'x', completion: 'y', label: true })).reason).toBe('no-response');
  });

  it('reports an empty answer', async () => {
    expect((await problemOf({ prompt: 'x', completion: '', label: true }, { prompt: 'x', completion: 'y', label: true })).reason).toBe('empty');
  });
});
