import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreeingTokens, seeded, wordsOf } from '../../../src/core/probe';

/** A response of words, a token each with the space before it, and a cold prompt token. */
function response(texts: string[], heat: number[], changes: { masked?: number[]; ordinary?: number } = {}) {
  const text = texts.join('');
  const n = texts.length;
  const starts = texts.map((_, i) => texts.slice(0, i).join('').length);
  const input = {
    values: [9, ...heat],
    masked: [1, ...Array.from({ length: n }, (_, i) => (changes.masked?.includes(i) ? 1 : 0))],
    ordinary: changes.ordinary ?? 0,
    textOf: (turn: number) => (turn === 1 ? text : ''),
    tokens: {
      response: Uint8Array.from([0, ...texts.map(() => 1)]),
      turnOf: Int16Array.from([0, ...texts.map(() => 1)]),
      charStart: Uint32Array.from([0, ...starts]),
      charEnd: Uint32Array.from([1, ...starts.map((start, i) => start + texts[i]!.length)]),
    },
  };
  const found = agreeingTokens(input);
  const shown = (range: { start: number; end: number } | null) => range && text.slice(range.start, range.end);
  return { input, text, found, span: shown(found.span), phrases: found.phrases.map(shown) };
}

const cold = (count: number) => Array<number>(count).fill(-1);
const words = (text: string) => text.match(/\s*\S+/g)!;

describe('the agreeing span', () => {
  it('is the planted run, without the white space and punctuation around it', () => {
    const { span, phrases, found } = response(words('Check the pads first, and that will teach them well. Then drive on.'), [...cold(4), -1, 3, 3, 4, 3, ...cold(4)]);
    expect(span).toBe('that will teach them');
    expect(phrases[0]).toBe('that will teach them');
    expect(found.phrases[0]!.share).toBeCloseTo(1, 10);
    expect(found.singleToken).toBe(false);
  });

  it('bridges a short dip and not a long one', () => {
    const text = words('a b hot hot dip hot hot c d e f');
    expect(response(text, [-1, -1, 3, 3, -1, 3, 3, ...cold(4)]).span).toBe('hot hot dip hot hot');
    expect(response(words('a hot hot c d e f g h i j k hot l'), [-1, 3, 3, ...cold(9), 3, -1]).span).toBe('hot hot');
  });

  it('points inside a row that is high throughout, and gives the whole response only where its tokens are alike', () => {
    const text = words('a b c d e f g h');
    expect(response(text, [2, 2, 2, 5, 5, 2, 2, 2]).span).toBe('d e');
    expect(response(text, [2, 2.1, 1.9, 2, 2.1, 2, 1.9, 2]).span).toBe('a b c d e f g h');
  });

  it('is the run of one turn, never across turns', () => {
    const found = agreeingTokens({
      values: [3, 3, 0, 3, 3.5, -9, -9],
      masked: new Uint8Array(7),
      ordinary: 0,
      textOf: (turn) => (turn === 0 ? 'aa bb' : 'cc dd ee ff'),
      tokens: {
        response: Uint8Array.of(1, 1, 0, 1, 1, 1, 1),
        turnOf: Int16Array.of(0, 0, -1, 2, 2, 2, 2),
        charStart: Uint32Array.of(0, 2, 0, 0, 2, 5, 8),
        charEnd: Uint32Array.of(2, 5, 0, 2, 5, 8, 11),
      },
    });
    expect(found.span).toEqual({ turn: 2, start: 0, end: 5 });
  });

  it('counts no token of massive norm', () => {
    const { span } = response(words('a b huge c hot hot d'), [-1, -1, 900, -1, 2, 2, -1], { masked: [2] });
    expect(span).toBe('hot hot');
  });

  it('is nothing where no token rises above the level, or none has characters', () => {
    expect(response(words('a b c'), cold(3)).found).toEqual({ span: null, phrases: [], singleToken: false });
    const { input } = response(words('a b c'), [1, 2, 3]);
    const nowhere = { ...input.tokens, charStart: new Uint32Array(4), charEnd: new Uint32Array(4) };
    expect(agreeingTokens({ ...input, tokens: nowhere })).toMatchObject({ span: null, phrases: [] });
  });

  it('takes whole words and whole graphemes: several tokens of one emoji are never cut apart', () => {
    const family = '👩‍👩‍👧';
    const text = `so ${family} ok`;
    const found = agreeingTokens({
      values: [-1, -1, 4, -1, -1],
      masked: new Uint8Array(5),
      ordinary: 0,
      textOf: () => text,
      tokens: {
        response: new Uint8Array(5).fill(1),
        turnOf: new Int16Array(5),
        // The tokens of the emoji cover the same characters.
        charStart: Uint32Array.of(0, 2, 3, 3, 3 + family.length),
        charEnd: Uint32Array.of(2, 3, 3 + family.length, 3 + family.length, text.length),
      },
    });
    expect(text.slice(found.span!.start, found.span!.end)).toBe(family);
  });

  it('notes that one token carries it', () => {
    expect(response(words('a b c d e f'), [-1, -1, 9, 1, 2, -1]).found.singleToken).toBe(true);
    expect(response(words('a b c d e f'), [-1, 4, 4, 4, 4, -1]).found.singleToken).toBe(false);
  });
});

describe('phrases', () => {
  it('are at most three, hottest first, of up to six words of one sentence, and do not overlap', () => {
    const text = words('one two three four five six seven eight. Nine ten. Eleven twelve thirteen.');
    const { phrases, found } = response(text, [5, 5, 5, 5, 5, 5, 5, 5, 6, 6, -40, -40, 1]);
    expect(phrases).toEqual(['one two three four five six', 'Nine ten', 'seven eight']);
    expect(found.phrases.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-12);
  });
});

const anyRow = fc.record({
  texts: fc.array(fc.constantFrom(' word', ' and', 'ing', '.', ', ', ' 👍', '漢字', '\n', ' é', '"', ' x'), { minLength: 1, maxLength: 60 }),
  seed: fc.nat(1e6),
});
const heatOf = (count: number, seed: number) => {
  const random = seeded(seed, 'heat');
  return Array.from({ length: count }, () => 2 * random.normal());
};

describe('on any row', () => {
  it('every range lies inside the response and cuts no surrogate pair, and shares are within 0..1', () => {
    fc.assert(
      fc.property(anyRow, ({ texts, seed }) => {
        const { found, text } = response(texts, heatOf(texts.length, seed));
        for (const range of [...(found.span ? [found.span] : []), ...found.phrases]) {
          expect(range.turn).toBe(1);
          expect(range.start >= 0 && range.start < range.end && range.end <= text.length).toBe(true);
          expect(text.slice(range.start, range.end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
        }
        for (const { share } of found.phrases) expect(share >= 0 && share <= 1 + 1e-12).toBe(true);
      }),
    );
  });

  it('a constant added to the values and the ordinary level changes nothing', () => {
    fc.assert(
      fc.property(anyRow, fc.integer({ min: -64, max: 64 }), ({ texts, seed }, shift) => {
        const heat = heatOf(texts.length, seed).map((value) => Math.round(value * 64) / 64);
        const before = response(texts, heat).found;
        const after = response(texts, heat.map((value) => value + shift), { ordinary: shift }).found;
        expect([after.span, after.singleToken]).toEqual([before.span, before.singleToken]);
      }),
    );
  });

  it('a hot phrase planted among ordinary tokens is found', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 55 }), fc.integer({ min: 3, max: 6 }), fc.nat(1e6), (at, length, seed) => {
        const texts = Array.from({ length: 64 }, (_, i) => ` w${i}`);
        const heat = heatOf(64, seed).map((value, i) => (i >= at && i < at + length ? 8 : value / 2));
        const { span, phrases } = response(texts, heat);
        const planted = texts.slice(at, at + length).join('').trim();
        expect(span).toContain(planted);
        expect(phrases[0]).toContain(texts[at + 1]!.trim());
      }),
    );
  });
});

describe('wordsOf', () => {
  it('covers the text without a gap, in any script', () => {
    const text = 'Pour oil, that\'ll 👩‍👩‍👧 teach 漢字を them…\n'.repeat(3000);
    const found = wordsOf(text);
    expect(found[0]!.start).toBe(0);
    expect(found.at(-1)!.end).toBe(text.length);
    expect(found.every(({ start }, i) => i === 0 || start === found[i - 1]!.end)).toBe(true);
    expect(wordsOf('that\'ll teach').filter(({ between }) => !between)).toHaveLength(2);
  });
});
