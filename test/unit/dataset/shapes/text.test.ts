import { describe, expect, it } from 'vitest';
import { outline, problemOf, readOne } from '../support';

describe('text', () => {
  it('is one assistant turn that trains', async () => {
    const record = await readOne({ text: 'Once upon a time.', url: 'x' });
    expect(record.shape).toBe('text');
    expect(outline(record)).toEqual([['assistant', 'Once upon a time.', true]]);
  });

  it('does not split conversations out of the text', async () => {
    expect((await readOne({ text: '\n\nHuman: x\n\nAssistant: y' })).turns).toHaveLength(1);
  });

  it.each([
    ['empty text', { text: '' }, 'empty'],
    ['text of a wrong type', { text: 5 }, 'wrong-type'],
    ['no text', { url: 'x' }, 'unknown-shape'],
  ])('reports %s', async (_name, row, reason) => {
    expect((await problemOf(row, { text: 'x' })).reason).toBe(reason);
  });
});
