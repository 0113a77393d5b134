import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne } from '../support';

describe('prompt-completion', () => {
  it.each([
    ['prompt', 'completion'],
    ['prompt', 'response'],
    ['question', 'answer'],
    ['question', 'response'],
    ['query', 'response'],
    ['input', 'output'],
  ])('reads %s and %s', async (prompt, answer) => {
    const record = await readOne({ [answer]: 'Blue.', [prompt]: 'Sky?' });
    expect(record.shape).toBe('prompt-completion');
    expect(outline(record)).toEqual([
      ['user', 'Sky?', false],
      ['assistant', 'Blue.', true],
    ]);
  });

  it('reads lists of messages, and a system field', async () => {
    const record = await readOne({ system: 'S', prompt: [{ role: 'user', content: 'Sky?' }], completion: [{ role: 'assistant', content: 'Blue.' }] });
    expect(outline(record)).toEqual([
      ['system', 'S', false],
      ['user', 'Sky?', false],
      ['assistant', 'Blue.', true],
    ]);
  });

  it('takes an empty prompt for none', async () => {
    expect(outline(await readOne({ prompt: '', completion: 'Once.' }))).toEqual([['assistant', 'Once.', true]]);
  });

  it('keeps the white space of a completion', async () => {
    expect((await readOne({ prompt: 'a', completion: ' b\n' })).turns[1]?.text).toBe(' b\n');
  });

  it.each([
    ['no completion', { prompt: 'x' }, 'no-response', /"completion"/],
    ['no answer', { question: 'x' }, 'no-response', /"answer"/],
    ['completion null', { prompt: 'x', completion: null }, 'no-response', /"completion"/],
    ['completion empty', { prompt: 'x', completion: '' }, 'empty', /Turn 2/],
    ['completion of a wrong type', { prompt: 'x', completion: 1 }, 'wrong-type', /"completion" is a number/],
    ['prompt of a wrong type', { prompt: { a: 1 }, completion: 'x' }, 'wrong-type', /"prompt" is an object/],
  ])('reports %s', async (_name, row, reason, message) => {
    const problem = await problemOf(row, { prompt: 'a', completion: 'b' });
    expect(problem.reason).toBe(reason);
    expect(problem.message).toMatch(message);
  });
});
