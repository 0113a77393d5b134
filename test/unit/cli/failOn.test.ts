import { describe, expect, test } from 'vitest';
import { ExitCode, exitCodeOf, worstOf } from '../../../src/cli/exitCode';
import { type Judged, judge, parseFailOn } from '../../../src/cli/failOn';
import { chance, row, summary } from './support';

describe('the grammar of --fail-on', () => {
  test('every condition, with or without spaces', () => {
    expect(parseFailOn('flagged>12, more-than-chance ,problems,q <= .05')).toEqual([
      { kind: 'flagged', moreThan: 12 },
      { kind: 'more-than-chance' },
      { kind: 'problems' },
      { kind: 'q', atMost: 0.05 },
    ]);
  });

  test.each(['', 'flagged', 'flagged>-1', 'flagged>=3', 'flagged>1.5', 'q<=0', 'q<=1', 'q<.05', 'q<=5', 'problem', 'problems,', 'problems more-than-chance'])('"%s" is refused', (list) => {
    expect(() => parseFailOn(list)).toThrow(/--fail-on/);
  });
});

const calibrated = (flagged: number, verdict: 'more than chance' | 'as expected by chance') => summary({ level: 'calibrated', flagged, verdict, chance });
const outcomes = (list: string, ...args: [ReturnType<typeof summary>, ReturnType<typeof row>[]]) => judge(parseFailOn(list), ...args).map(({ outcome }) => outcome);

describe('judging', () => {
  test('flagged>N is met above N only', () => {
    expect(outcomes('flagged>3', calibrated(3, 'as expected by chance'), [])).toEqual(['not met']);
    expect(outcomes('flagged>2', calibrated(3, 'as expected by chance'), [])).toEqual(['met']);
  });

  test('more-than-chance', () => {
    expect(outcomes('more-than-chance', calibrated(9, 'more than chance'), [])).toEqual(['met']);
    expect(outcomes('more-than-chance', calibrated(9, 'as expected by chance'), [])).toEqual(['not met']);
  });

  test('problems', () => {
    expect(outcomes('problems', summary(), [])).toEqual(['not met']);
    expect(outcomes('problems', summary({ problems: [{ line: 1, reason: 'empty', message: '' }] }), [])).toEqual(['met']);
  });

  test('a condition that needs calibration says so without it', () => {
    expect(judge(parseFailOn('flagged>0'), summary(), [])[0]!.text).toContain('--ordinary');
  });

  test('q is met where a row reaches it, by the deciding probe alone', () => {
    const other = row(0, 1, { deciding: { q: 0.2 } });
    other.scores.push({ ...other.scores[0]!, probe: 'contrast', q: 0.001 });
    expect(outcomes('q<=.05', calibrated(1, 'as expected by chance'), [other])).toEqual(['not met']);
    expect(outcomes('q<=.2', calibrated(1, 'as expected by chance'), [other])).toEqual(['met']);
  });

  test('q cannot be reached without ordinary rows, nor under 1 / (n + 1)', () => {
    expect(outcomes('q<=.05', summary(), [])).toEqual(['unreachable']);
    // 60 ordinary rows: the smallest p is 1/61 = .0164.
    expect(outcomes('q<=.016', calibrated(0, 'as expected by chance'), [])).toEqual(['unreachable']);
    expect(outcomes('q<=.0165', calibrated(0, 'as expected by chance'), [])).toEqual(['not met']);
  });

  test('where q is within reach it tells how many rows that takes', () => {
    // 100 / (.05 x 61) = 32.8
    expect(judge(parseFailOn('q<=.05'), calibrated(0, 'as expected by chance'), [])[0]!.text).toContain('at least 33 of 100 rows');
  });
});

describe('exit codes', () => {
  test.each([
    ['ranked', 0],
    ['as expected by chance', 0],
    ['not decidable', 0],
    ['more than chance', 1],
    ['could not run', 2],
  ] as const)('%s is %d', (verdict, code) => {
    expect(exitCodeOf({ verdict }, null)).toBe(code);
  });

  const judged = (...list: Judged['outcome'][]): Judged[] => list.map((outcome) => ({ condition: { kind: 'problems' }, outcome, text: '' }));

  test('with --fail-on only its conditions decide', () => {
    expect(exitCodeOf({ verdict: 'more than chance' }, judged('not met'))).toBe(0);
    expect(exitCodeOf({ verdict: 'ranked' }, judged('not met', 'met'))).toBe(1);
  });

  test('an unreachable q is 3 unless another condition is met', () => {
    expect(exitCodeOf({ verdict: 'ranked' }, judged('not met', 'unreachable'))).toBe(3);
    expect(exitCodeOf({ verdict: 'ranked' }, judged('unreachable', 'met'))).toBe(1);
  });

  test('what could not run is 2 whatever was asked', () => {
    expect(exitCodeOf({ verdict: 'could not run' }, judged('not met'))).toBe(2);
  });

  test('of several files the worst wins: 2, 1, 3, 0', () => {
    expect(worstOf([])).toBe(ExitCode.ok);
    expect(worstOf([0, 3])).toBe(3);
    expect(worstOf([3, 1, 0])).toBe(1);
    expect(worstOf([3, 1, 2, 0])).toBe(2);
  });
});
