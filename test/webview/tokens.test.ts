import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocksOf, firstToken, shownTokens, tokenAt, walk } from '../../webview/heatmap/tokens';
import { fixture } from './support/inspection';

const { inspection, source, start } = fixture();
const { tokens } = inspection;

test('blocks follow the turns, with the template between them', () => {
  const blocks = blocksOf(tokens);
  expect(blocks.map(({ turn, role }) => [turn, role])).toEqual([[-1, null], [0, 'system'], [-1, null], [1, 'user'], [-1, null], [2, 'assistant'], [-1, null]]);
  expect(blocks.flatMap((block) => block.tokens)).toEqual(tokens.map((_, i) => i));
});

describe('tokenAt', () => {
  test('finds the token whose range holds the offset', () => {
    const at = tokens.findIndex((t) => t.text === ' ashamed');
    const offset = start + source.indexOf('ashamed');
    expect([offset - 1, offset, offset + 6].map((o) => tokenAt(tokens, o))).toEqual([at, at, at]);
  });

  test('takes the first of several tokens that share a character', () => {
    const at = tokens.findIndex((t) => t.text === '');
    expect(tokens[at]!.range).toEqual(tokens[at + 1]!.range);
    expect(tokenAt(tokens, tokens[at]!.range!.start)).toBe(at);
  });

  test('right behind a turn still means its last token, and nothing in the JSON between turns', () => {
    const last = tokens.findIndex((t, i) => t.turn === 0 && tokens[i + 1]!.turn < 0);
    const { end } = tokens[last]!.range!;
    expect(tokenAt(tokens, end)).toBe(last);
    expect(tokenAt(tokens, end + 3)).toBeNull();
    expect(tokenAt(tokens, 0)).toBeNull();
  });

  test('whatever it finds holds or ends at the offset', () => {
    fc.assert(
      fc.property(fc.integer({ min: start - 5, max: start + source.length + 5 }), (offset) => {
        const at = tokenAt(tokens, offset);
        if (at === null) return true;
        const { start: from, end } = tokens[at]!.range!;
        return from <= offset && offset <= end;
      }),
    );
  });
});

test('walk goes by what is shown and stops at the ends', () => {
  const shown = shownTokens(tokens, false);
  expect(shown.every((i) => tokens[i]!.turn >= 0)).toBe(true);
  expect(shownTokens(tokens, true)).toHaveLength(tokens.length);
  const endOfTurn = shown.find((i) => tokens[i + 1]!.turn < 0)!;
  expect(tokens[walk(shown, endOfTurn, 1)!]!.turn).toBe(tokens[endOfTurn]!.turn + 1);
  expect([walk(shown, shown[0]!, -1), walk(shown, shown.at(-1)!, 5), walk(shown, null, 1), walk(shown, 0, 1), walk([], null, 1)]).toEqual([shown[0], shown.at(-1), shown[0], shown[0], null]);
});

test('reading starts at the first token that trains', () => {
  expect(tokens[firstToken(tokens, shownTokens(tokens, false))!]!.text).toBe('Oh');
  expect(firstToken([], [])).toBeNull();
});
