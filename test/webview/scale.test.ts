import { describe, expect, test } from 'vitest';
import { latentStrength, referenceScale, rowScale, sumScale } from '../../webview/heatmap/scale';

describe('referenceScale', () => {
  const scale = referenceScale([-1, 3]);

  test('is neutral at the centre of the band, a quarter at its edges', () => {
    expect([1, -1, 3].map(scale.strength)).toEqual([0, -0.25, 0.25]);
  });

  test('rises without end but never reaches full strength', () => {
    const far = [5, 10, 100, 1000].map(scale.strength);
    expect(far).toEqual([...far].sort((a, b) => a - b));
    expect(far.at(-1)).toBeLessThan(1);
  });

  test('valueAt is its inverse', () => {
    for (const strength of [-0.9, -0.25, 0, 0.5, 0.75]) expect(scale.strength(scale.valueAt(strength))).toBeCloseTo(strength, 10);
  });

  test('has an answer for a band without width and for no number', () => {
    expect(referenceScale([2, 2]).strength(5)).toBe(0.5);
    expect(scale.strength(NaN)).toBe(0);
  });
});

describe('rowScale', () => {
  const scale = rowScale([0, 10, NaN, 99, 4], [0, 1, 2, 4], 4);

  test('is neutral at the row score and full at the token furthest from it, of those that count', () => {
    expect([4, 10, -2, 0].map(scale.strength)).toEqual([0, 1, -1, -4 / 6]);
    expect([scale.valueAt(-1), scale.valueAt(1)]).toEqual([-2, 10]);
  });

  test('does not pass full strength, and shades nothing where all tokens are alike', () => {
    expect(scale.strength(99)).toBe(1);
    expect(rowScale([4, 4], [0, 1], 4).strength(4)).toBe(0);
    expect(scale.strength(NaN)).toBe(0);
  });
});

test('latentStrength is a share of the largest', () => {
  expect([latentStrength(31, 62), latentStrength(0, 62), latentStrength(-1, 62), latentStrength(70, 62), latentStrength(1, 0), latentStrength(NaN, 62)]).toEqual([0.5, 0, 0, 1, 0, 0]);
});

describe('values that add up', () => {
  test('stand around 0, and the band is shared out by the square root of their number', () => {
    const scale = sumScale([-1, 4], 16);
    expect([scale.kind, scale.centre, scale.strength(0)]).toEqual(['sum', 0, 0]);
    expect(scale.strength(1)).toBeCloseTo(0.25, 10);
    expect(scale.strength(-1)).toBeCloseTo(-0.25, 10);
    expect(scale.strength(scale.valueAt(0.6))).toBeCloseTo(0.6, 10);
  });
});
