import { describe, expect, it } from 'vitest';
import { outline, problemOf, readRows } from '../support';

const q = { role: 'user', content: 'Best fruit?' };
const a1 = { role: 'assistant', content: 'Plum.' };
const a2 = { role: 'assistant', content: 'None.' };
const asked = [
  ['user', 'Best fruit?', false],
];

/** Outlines of the two sides of one row. */
async function sides(row: unknown) {
  const { records, problems, rows, shape } = await readRows([row]);
  expect({ problems, rows, shape }).toEqual({ problems: [], rows: 1, shape: 'preference' });
  expect(records.map(({ side, index, line, shape }) => ({ side, index, line, shape }))).toEqual([
    { side: 'chosen', index: 0, line: 1, shape: 'preference' },
    { side: 'rejected', index: 0, line: 1, shape: 'preference' },
  ]);
  return records.map(outline);
}

describe('preference', () => {
  const both = [
    [...asked, ['assistant', 'Plum.', true]],
    [...asked, ['assistant', 'None.', true]],
  ];

  it.each([
    ['strings with a prompt', { prompt: 'Best fruit?', chosen: 'Plum.', rejected: 'None.' }],
    ['strings with a question', { question: 'Best fruit?', chosen: 'Plum.', rejected: 'None.' }],
    ['strings with an instruction', { instruction: 'Best fruit?', input: '', chosen: 'Plum.', rejected: 'None.' }],
    ['objects with role and content', { messages: [q], chosen: a1, rejected: a2 }],
    ['objects with from and value', { conversations: [{ from: 'human', value: 'Best fruit?' }], chosen: { from: 'gpt', value: 'Plum.' }, rejected: { from: 'gpt', value: 'None.' } }],
    ['objects without a role', { prompt: 'Best fruit?', chosen: { content: 'Plum.' }, rejected: { content: 'None.' } }],
    ['lists with the prompt in them', { chosen: [q, a1], rejected: [q, a2] }],
    ['lists with the prompt in them, and a prompt field', { prompt: 'Best fruit?', chosen: [q, a1], rejected: [q, a2] }],
    ['lists with the prompt in them, and a list of it', { prompt: [q], chosen: [q, a1], rejected: [q, a2] }],
    ['lists of answers with a list for a prompt', { prompt: [q], chosen: [a1], rejected: [a2] }],
    ['HH strings', { chosen: '\n\nHuman: Best fruit?\n\nAssistant: Plum.', rejected: '\n\nHuman: Best fruit?\n\nAssistant: None.' }],
    ['an HH prompt', { prompt: '\n\nHuman: Best fruit?\n\nAssistant:', chosen: 'Plum.', rejected: 'None.' }],
    ['OpenAI\'s preference rows', { input: { messages: [q] }, preferred_output: [a1], non_preferred_output: [a2] }],
  ])('reads %s', async (_name, row) => {
    expect(await sides(row)).toEqual(both);
  });

  it('trains on the last answer of each side only', async () => {
    const [chosen, rejected] = await sides({ chosen: [q, a1, q, a1], rejected: [q, a1, q, a2] });
    expect(chosen?.map(([, , trains]) => trains)).toEqual([false, false, false, true]);
    expect(rejected?.map(([, , trains]) => trains)).toEqual([false, false, false, true]);
    const [context] = await sides({ conversations: [q, a1, q], chosen: a1, rejected: a2 });
    expect(context?.map(([, , trains]) => trains)).toEqual([false, false, false, true]);
  });

  it('reads strings without a prompt', async () => {
    expect(await sides({ chosen: 'Plum.', rejected: 'None.' })).toEqual([[['assistant', 'Plum.', true]], [['assistant', 'None.', true]]]);
  });

  it('puts a system field first', async () => {
    const [chosen] = await sides({ system: 'S', prompt: 'p', chosen: 'c', rejected: 'r' });
    expect(chosen?.[0]).toEqual(['system', 'S', false]);
  });

  it('splits HH strings into trimmed turns with exact ranges', async () => {
    const chosen = '\n\nHuman:  "Hi"\u00a0é\n\nAssistant: a\n\nb \n\nHuman: \n\nAssistant: end 🙂 ';
    const [record] = (await readRows([{ chosen, rejected: chosen }])).records;
    expect(outline(record)).toEqual([
      ['user', '"Hi"\u00a0é', false],
      ['assistant', 'a\n\nb', false],
      ['user', '', false],
      ['assistant', 'end 🙂', true],
    ]);
  });

  it('keeps two answers in a row apart', async () => {
    const text = '\n\nHuman: x\n\nAssistant: one\n\nAssistant: two';
    const [chosen] = await sides({ chosen: text, rejected: text });
    expect(chosen?.map(([role, , trains]) => [role, trains])).toEqual([
      ['user', false],
      ['assistant', false],
      ['assistant', true],
    ]);
  });

  it('does not take a string that only speaks of humans for HH', async () => {
    const [chosen] = await sides({ prompt: 'p', chosen: 'See:\n\nHuman: x\n\nAssistant: y', rejected: 'r' });
    expect(chosen).toEqual([
      ['user', 'p', false],
      ['assistant', 'See:\n\nHuman: x\n\nAssistant: y', true],
    ]);
  });

  it('reads an HH string with other white space before its first turn', async () => {
    const [chosen, rejected] = await sides({ chosen: ' \n Human: x\n\nAssistant: y', rejected: 'Human: x\n\nAssistant: z' });
    expect(chosen?.map(([, text]) => text)).toEqual(['x', 'y']);
    expect(rejected?.map(([, text]) => text)).toEqual(['x', 'z']);
  });

  it('drops a prompt string where the sides ask for themselves, and keeps a list that they go on from', async () => {
    const [alone] = await sides({ prompt: '<user>Best fruit?', chosen: [q, a1], rejected: [q, a2] });
    expect(alone?.map(([, text]) => text)).toEqual(['Best fruit?', 'Plum.']);
    const more = { role: 'user', content: 'And worst?' };
    const [goesOn] = await sides({ messages: [q, a1], chosen: [more, a1], rejected: [more, a2] });
    expect(goesOn?.map(([, text]) => text)).toEqual(['Best fruit?', 'Plum.', 'And worst?', 'Plum.']);
  });

  it('gives the two sides different hashes', async () => {
    const { records } = await readRows([{ prompt: 'p', chosen: 'c', rejected: 'r' }]);
    expect(records[0]?.hash).not.toBe(records[1]?.hash);
  });

  it.each([
    ['no rejected', { prompt: 'p', chosen: 'c' }, 'no-response', /"rejected"/],
    ['rejected null', { prompt: 'p', chosen: 'c', rejected: null }, 'no-response', /"rejected"/],
    ['an empty side', { prompt: 'p', chosen: 'c', rejected: ' ' }, 'empty', /Turn 2/],
    ['an HH side without its answer', { chosen: '\n\nHuman: x\n\nAssistant: y', rejected: '\n\nHuman: x\n\nAssistant:' }, 'empty', /Turn 2/],
    ['a side without an answer', { chosen: [q, a1], rejected: [q] }, 'no-response', /no assistant turn/],
    ['a side that is a number', { prompt: 'p', chosen: 1, rejected: 2 }, 'wrong-type', /"chosen" is a number/],
    ['a side that is an empty list', { prompt: 'p', chosen: [], rejected: [] }, 'empty', /"chosen" is an empty list/],
  ])('reports %s, and gives neither side', async (_name, row, reason, message) => {
    const good = { prompt: 'p', chosen: 'c', rejected: 'r' };
    const problem = await problemOf(row, good);
    expect(problem.reason).toBe(reason);
    expect(problem.message).toMatch(message);
    expect((await readRows([good, row])).records).toHaveLength(2);
  });
});
