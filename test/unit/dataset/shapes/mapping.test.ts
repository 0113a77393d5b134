import { describe, expect, it } from 'vitest';
import { outline, readOne, readRows, readText, refusalOf } from '../support';

describe('mapping', () => {
  it('finds prompt, response and system by dotted paths', async () => {
    const mapping = { prompt: 'task.ask', response: 'runs.0.said', system: 'task.rules' };
    const record = await readOne({ task: { ask: 'Go?', rules: 'Fast.' }, runs: [{ said: 'Went.' }, { said: 'no' }] }, { mapping });
    expect(record.shape).toBe('mapping');
    expect(outline(record)).toEqual([
      ['system', 'Fast.', false],
      ['user', 'Go?', false],
      ['assistant', 'Went.', true],
    ]);
  });

  it('finds a list of messages with its own field names', async () => {
    const mapping = { messages: 'log.turns', role: 'who.name', content: 'says' };
    const turns = [
      { who: { name: 'human' }, says: 'Go?' },
      { who: { name: 'model' }, says: 'Went.' },
    ];
    const record = await readOne({ log: { turns } }, { mapping });
    expect(outline(record)).toEqual([
      ['user', 'Go?', false],
      ['assistant', 'Went.', true],
    ]);
  });

  it('finds the common role and content where they are not named', async () => {
    const record = await readOne({ log: [{ from: 'human', value: 'a' }, { role: 'assistant', content: 'b' }] }, { mapping: { messages: 'log' } });
    expect(outline(record).map(([role]) => role)).toEqual(['user', 'assistant']);
  });

  it('prefers a field whose name holds dots', async () => {
    const record = await readOne({ 'a.b': 'Yes.', a: { b: 'No.' } }, { mapping: { response: 'a.b' } });
    expect(record.turns[0]?.text).toBe('Yes.');
  });

  it('wins over known shapes where it fits, and leaves the other rows to them', async () => {
    const rows = [{ text: 'a', note: 'b' }, { text: 'c' }, { note: 'd' }];
    const { shape, records } = await readRows(rows, { mapping: { response: 'note' } });
    expect(shape).toBe('mapping');
    expect(records.map((record) => [record.shape, record.turns[0]?.text])).toEqual([
      ['mapping', 'b'],
      ['text', 'c'],
      ['mapping', 'd'],
    ]);
  });

  it('reads mapped rows in a wrapper object', async () => {
    const { records } = await readText('{"rows": [{"q": "a", "z": "b"}]}', { mapping: { prompt: 'q', response: 'z' } });
    expect(outline(records[0])).toEqual([
      ['user', 'a', false],
      ['assistant', 'b', true],
    ]);
  });

  it('reports rows without the mapped response', async () => {
    const { problems } = await readRows([{ q: 'a', z: 'b' }, { q: 'a' }, { q: 'a', z: 3 }, { q: 'a', z: null }], { mapping: { prompt: 'q', response: 'z' } });
    expect(problems.map(({ index, reason }) => [index, reason])).toEqual([
      [1, 'no-response'],
      [2, 'wrong-type'],
      [3, 'no-response'],
    ]);
    expect(problems[0]?.message).toContain('"z"');
  });

  it('refuses a mapping that names no answer', async () => {
    expect((await refusalOf(readText('{"q":"a"}', { mapping: { prompt: 'q' } }))).reason).toBe('bad-mapping');
  });

  it('reaches no prototype', async () => {
    const error = await refusalOf(readText('{"q":"a"}', { mapping: { response: 'constructor.name' } }));
    expect(error.reason).toBe('unknown-shape');
  });
});
