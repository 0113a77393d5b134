import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne } from '../support';

const human = { from: 'human', value: 'Name a colour.' };
const gpt = { from: 'gpt', value: 'Teal.' };

describe('sharegpt', () => {
  it.each(['conversations', 'conversation', 'messages'])('reads from and value under "%s"', async (key) => {
    const record = await readOne({ [key]: [{ from: 'system', value: 'Short.' }, human, gpt] });
    expect(record.shape).toBe('sharegpt');
    expect(outline(record)).toEqual([
      ['system', 'Short.', false],
      ['user', 'Name a colour.', false],
      ['assistant', 'Teal.', true],
    ]);
  });

  it('trains on function calls, and not on what comes back', async () => {
    const record = await readOne({
      conversations: [human, { from: 'function_call', value: '{"a": 1}' }, { from: 'observation', value: 'ok' }, { from: 'tool', value: 'ok' }, gpt],
    });
    expect(record.turns.map(({ role, trains }) => [role, trains])).toEqual([
      ['user', false],
      ['assistant', true],
      ['tool', false],
      ['tool', false],
      ['assistant', true],
    ]);
  });

  it('knows the other names of roles, in any case', async () => {
    const record = await readOne({ conversations: [{ from: 'User', value: 'x' }, { from: 'ChatGPT', value: 'y' }, { from: 'function_response', value: 'z' }, { from: 'model', value: 'w' }] });
    expect(record.turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it('trains on the last answer only, if asked to', async () => {
    const record = await readOne({ conversations: [human, gpt, human, gpt] }, { trainOn: 'last' });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, false, false, true]);
  });

  it.each([
    ['no gpt turn', { conversations: [human] }, 'no-response'],
    ['an empty list', { conversations: [] }, 'empty'],
    ['an unknown speaker', { conversations: [human, { from: 'choir', value: 'la' }] }, 'wrong-type'],
    ['a value that is a number', { conversations: [human, { from: 'gpt', value: 1 }] }, 'wrong-type'],
    ['an object for the list', { conversations: { from: 'human' } }, 'wrong-type'],
  ])('reports %s', async (_name, row, reason) => {
    expect((await problemOf(row, { conversations: [human, gpt] })).reason).toBe(reason);
  });
});
