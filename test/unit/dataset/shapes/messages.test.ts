import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne, readRows, readText } from '../support';

const user = { role: 'user', content: 'How tall is it?' };
const answer = { role: 'assistant', content: 'Two metres.' };
const good = { messages: [user, answer] };

describe('messages', () => {
  it('reads string content, and trains on every assistant turn', async () => {
    const record = await readOne({
      messages: [{ role: 'system', content: 'Be brief.' }, user, answer, { role: 'user', content: 'And wide?' }, { role: 'assistant', content: 'One.' }],
    });
    expect(record.shape).toBe('messages');
    expect(outline(record)).toEqual([
      ['system', 'Be brief.', false],
      ['user', 'How tall is it?', false],
      ['assistant', 'Two metres.', true],
      ['user', 'And wide?', false],
      ['assistant', 'One.', true],
    ]);
  });

  it('trains on the last assistant turn only, if asked to', async () => {
    const record = await readOne({ messages: [user, answer, user, { role: 'assistant', content: 'As I said.' }] }, { trainOn: 'last' });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, false, false, true]);
  });

  it.each(['weight', 'loss_weight'])('keeps a turn with %s 0 out of training', async (key) => {
    const record = await readOne({ messages: [user, { ...answer, [key]: 0 }, user, { ...answer, [key]: 1 }] });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, false, false, true]);
  });

  it('lets weight 0 win over "last"', async () => {
    const row = { messages: [user, answer, user, { ...answer, weight: 0 }] };
    const dataset = await readRows([row], { trainOn: 'last' });
    expect(dataset.records).toEqual([]);
    expect(dataset.problems).toMatchObject([{ reason: 'no-response' }]);
  });

  it('never trains on a user turn, whatever its weight', async () => {
    const record = await readOne({ messages: [{ ...user, weight: 1 }, answer] });
    expect(record.turns.map((turn) => turn.trains)).toEqual([false, true]);
  });

  it('reads developer as system, and tool and function results as tool turns that never train', async () => {
    const record = await readOne({
      messages: [{ role: 'developer', content: 'Be kind.' }, user, answer, { role: 'tool', content: '42' }, { role: 'function', content: '43' }, answer],
    });
    expect(record.turns.map(({ role, trains }) => [role, trains])).toEqual([
      ['system', false],
      ['user', false],
      ['assistant', true],
      ['tool', false],
      ['tool', false],
      ['assistant', true],
    ]);
  });

  it('runs text parts together, and skips parts that hold no text', async () => {
    const content = [{ type: 'text', text: 'Look: ' }, { type: 'image_url', image_url: { url: 'data:x' } }, { type: 'text', text: 'a kite\n"up"' }, 'side'];
    const record = await readOne({ messages: [{ role: 'user', content }, answer] });
    expect(outline(record)[0]).toEqual(['user', 'Look: a kite\n"up"side', false]);
    expect(record.turns[0]?.parts.map(({ start, length }) => [start, length])).toEqual([
      [0, 6],
      [6, 11],
      [17, 4],
    ]);
  });

  it('puts reasoning and tool-call parts on lines of their own', async () => {
    const content = [
      { type: 'reasoning', value: 'Think.' },
      { type: 'text', value: 'Say.' },
      { type: 'tool_call', value: '{"name": "f"}' },
      { type: 'tool_use', name: 'g', input: {} },
    ];
    const record = await readOne({ messages: [user, { role: 'assistant', content }] });
    expect(record.turns[1]?.text).toBe('Think.\nSay.\n{"name": "f"}\n{"type":"tool_use","name":"g","input":{}}');
    expect(record.turns[1]?.parts.map((part) => part.encoding)).toEqual(['json-string', 'json-string', 'json-string', 'verbatim']);
  });

  it('takes tool calls as they stand in the file', async () => {
    const text = '{"messages": [{"role": "user", "content": "Sum?"}, {"role": "assistant", "content": null, "tool_calls": [ {"id":"1", "x": "\\u00e9"} ]}]}';
    const [record] = (await readText(text)).records;
    const turn = record?.turns[1];
    expect(turn?.text).toBe('[ {"id":"1", "x": "\\u00e9"} ]');
    expect(turn?.trains).toBe(true);
    expect(turn?.parts).toEqual([{ start: 0, length: turn?.text.length, range: turn?.range, encoding: 'verbatim' }]);
    expect(text.slice(turn?.range.start, turn?.range.end)).toBe(turn?.text);
  });

  it('joins content and calls with a line break that no part covers', async () => {
    const calls = [{ id: 'a' }];
    const record = await readOne({ messages: [user, { tool_calls: calls, content: 'Wait.', role: 'assistant', function_call: { name: 'f' } }] });
    const turn = record.turns[1];
    expect(turn?.text).toBe('Wait.\n[{"id":"a"}]\n{"name":"f"}');
    expect(turn?.parts.map(({ start, length }) => [start, length])).toEqual([
      [0, 5],
      [6, 12],
      [19, 12],
    ]);
  });

  it('leaves out empty content, null calls and empty lists of calls', async () => {
    const record = await readOne({
      messages: [user, { role: 'assistant', content: '', tool_calls: [{ id: 'a' }] }, { ...answer, tool_calls: [], function_call: null }],
    });
    expect(record.turns.map((turn) => turn.text)).toEqual(['How tall is it?', '[{"id":"a"}]', 'Two metres.']);
    expect(record.turns[1]?.parts).toHaveLength(1);
  });

  it('reads reasoning_content before the answer', async () => {
    const record = await readOne({ messages: [user, { ...answer, reasoning_content: 'A metre is long.' }] });
    expect(record.turns[1]?.text).toBe('A metre is long.\nTwo metres.');
  });

  it('reads a refusal where there is no content', async () => {
    const record = await readOne({ messages: [user, { role: 'assistant', content: null, refusal: 'No.' }] });
    expect(record.turns[1]?.text).toBe('No.');
  });

  it.each(['conversations', 'conversation'])('reads role and content under "%s" as messages', async (key) => {
    const record = await readOne({ [key]: [user, answer] });
    expect(record.shape).toBe('messages');
    expect(outline(record)).toEqual([
      ['user', 'How tall is it?', false],
      ['assistant', 'Two metres.', true],
    ]);
  });

  it('puts the row\'s system field first, unless there is a system turn', async () => {
    expect(outline(await readOne({ system: 'S', ...good }))[0]).toEqual(['system', 'S', false]);
    expect(outline(await readOne({ system: '', ...good }))).toHaveLength(2);
    expect(outline(await readOne({ system: 'S', messages: [{ role: 'system', content: 'own' }, user, answer] })).map(([, text]) => text)).not.toContain('S');
  });

  it('leaves out an empty system turn, and keeps an empty tool result', async () => {
    const record = await readOne({ messages: [{ role: 'system', content: '' }, user, answer, { role: 'tool', content: '' }, answer] });
    expect(record.turns.map((turn) => turn.role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
    const tool = record.turns[2];
    expect(tool?.text).toBe('');
    expect(tool?.range.start).toBe(tool?.range.end);
  });

  it('keeps the row\'s own source', async () => {
    expect((await readOne({ ...good, source: 'forum' })).source).toBe('forum');
    expect(await readOne({ ...good, source: 7 })).not.toHaveProperty('source');
  });

  it('looks for the list where another of its names holds none', async () => {
    expect((await readOne({ messages: 'see below', conversation: [user, answer] })).turns).toHaveLength(2);
  });

  it('prefers messages to other fields of the row', async () => {
    expect((await readOne({ prompt: 'p', completion: 'c', text: 't', ...good })).shape).toBe('messages');
  });

  it.each([
    ['no assistant turn', { messages: [user] }, 'no-response', /no assistant turn/],
    ['weights of 0 only', { messages: [user, { ...answer, weight: 0 }] }, 'no-response', /weight 0/],
    ['an empty list', { messages: [] }, 'empty', /empty list/],
    ['an answer of white space', { messages: [user, { role: 'assistant', content: ' \n ' }] }, 'empty', /Turn 2/],
    ['an answer without content', { messages: [user, { role: 'assistant', content: null }] }, 'empty', /Turn 2/],
    ['a string for messages', { messages: 'hello' }, 'wrong-type', /"messages" is a string/],
    ['a message that is a string', { messages: ['hello'] }, 'wrong-type', /Message 1 of "messages" is a string/],
    ['content that is a number', { messages: [user, { role: 'assistant', content: 5 }] }, 'wrong-type', /content of message 2 .* is a number/],
    ['a message without content', { messages: [{ role: 'user' }, answer] }, 'wrong-type', /Message 1 .* has no content/],
    ['a message without a role', { messages: [user, { content: 'x' }] }, 'wrong-type', /Message 2 .* has no role/],
    ['an unknown role', { messages: [user, { role: 'narrator', content: 'x' }] }, 'wrong-type', /Message 2 .* role that is not known/],
    ['a weight that is a string', { messages: [user, { ...answer, weight: '0' }] }, 'wrong-type', /weight of message 2 .* is a string/],
    ['a part without text', { messages: [user, { role: 'assistant', content: [{ type: 'dance' }] }] }, 'wrong-type', /Part 1 of message 2/],
    ['a part that is a number', { messages: [user, { role: 'assistant', content: [1] }] }, 'wrong-type', /Part 1 of message 2 .* is a number/],
    ['a system that is a list', { system: ['x'], ...good }, 'wrong-type', /"system" is a list/],
  ])('reports %s', async (_name, row, reason, message) => {
    const problem = await problemOf(row, good);
    expect(problem.reason).toBe(reason);
    expect(problem.message).toMatch(message);
  });
});
