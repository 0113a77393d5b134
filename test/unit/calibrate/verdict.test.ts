import { describe, expect, it } from 'vitest';
import { chanceExpectation, decisionAtQ, levelFor, MIN_ORDINARY, verdictOf, type VerdictInput } from '../../../src/core/calibrate';

const calibrated = (flagged: number, n = 100, m = 120, alpha = 0.05) =>
  verdictOf({ level: 'calibrated', scored: m, ordinaryRows: n, flagged, chance: chanceExpectation({ n, m, alpha, flagged }) });

describe('levelFor', () => {
  it('claims a rate from 40 ordinary rows on and says how many are missing before', () => {
    expect(MIN_ORDINARY).toBe(40);
    expect(levelFor(40)).toEqual({ level: 'calibrated', missing: 0, message: null });
    expect(levelFor(40, true).level).toBe('taught');
    expect(levelFor(39, true)).toMatchObject({ level: 'ranked', missing: 1 });
    expect(levelFor(12).message).toBe('no error rate is claimed: there are only 12 rows of your own to calibrate on; 28 more are needed');
    expect(levelFor(0).message).toContain('there are no ordinary rows of your own; 40 more are needed');
  });
});

describe('verdictOf', () => {
  it('ranks without ordinary rows and names no rate', () => {
    const verdict = verdictOf({ level: 'ranked', scored: 50, ordinaryRows: 12, flagged: 0, chance: null });
    expect(verdict.verdict).toBe('ranked');
    expect(verdict.text).toBe('ranked: review from the top; no error rate is claimed: there are only 12 rows of your own to calibrate on; 28 more are needed');
    expect(verdict.text).not.toMatch(/expected|%/);
    expect(verdict.advice).toContain('40 rows that you trust');
  });

  it('claims no rate for a card whose folds show nothing, whatever its rows are compared with', () => {
    const verdict = verdictOf({ level: 'ranked', scored: 50, ordinaryRows: 60, flagged: 0, chance: null, unproven: 'taught on 5 good and 5 bad rows, not shown to work' });
    expect(verdict).toMatchObject({ verdict: 'ranked', text: 'ranked, by a card that may claim nothing: taught on 5 good and 5 bad rows, not shown to work' });
    expect(verdict.text).not.toContain('review from the top');
  });

  it('compares the count with chance in the design\'s words', () => {
    expect(calibrated(31)).toMatchObject({ verdict: 'more than chance', text: '31 flagged, 6 expected by chance (95 % of ordinary files: 1 to 14)' });
    expect(calibrated(6).verdict).toBe('as expected by chance');
    expect(calibrated(0).verdict).toBe('as expected by chance');
  });

  it('turns to "more than chance" exactly where the upper tail falls to .05', () => {
    for (let flagged = 0; flagged <= 120; flagged++) {
      const tail = chanceExpectation({ n: 100, m: 120, alpha: 0.05, flagged }).upperTail;
      expect(calibrated(flagged).verdict).toBe(tail <= 0.05 ? 'more than chance' : 'as expected by chance');
    }
  });

  it('is not decidable where no row can reach the rate, or no row is left', () => {
    expect(calibrated(0, 60, 500, 0.01)).toMatchObject({ verdict: 'not decidable', text: 'not decidable: with 60 ordinary rows no row can have p <= .01; 99 are needed' });
    expect(calibrated(0, 60, 500, 0.01).advice).toContain('39 rows more');
    expect(verdictOf({ level: 'calibrated', scored: 3, ordinaryRows: 60, flagged: 0, chance: chanceExpectation({ n: 60, m: 0, alpha: 0.05, flagged: 0 }) }).verdict).toBe('not decidable');
  });

  it('says that it could not run when nothing was scored', () => {
    expect(verdictOf({ level: 'ranked', scored: 0, ordinaryRows: 0, flagged: 0, chance: null }).verdict).toBe('could not run');
  });

  it('writes large and small numbers for people', () => {
    expect(calibrated(900, 60, 6000).text).toBe('900 flagged, 295 expected by chance (95 % of ordinary files: 61 to 694)');
    expect(calibrated(1, 100, 6).text).toMatch(/^1 flagged, \.3 expected by chance/);
  });

  it('never says that a file is clean', () => {
    const inputs: VerdictInput[] = [];
    for (const flagged of [0, 5, 100]) {
      for (const n of [0, 10, 40, 100]) {
        for (const m of [0, 1, 100]) inputs.push({ level: levelFor(n).level, scored: m, ordinaryRows: n, flagged: Math.min(flagged, m), chance: n < 40 ? null : chanceExpectation({ n, m, alpha: 0.05, flagged: Math.min(flagged, m) }) });
      }
    }
    for (const input of inputs) expect(JSON.stringify(verdictOf(input))).not.toMatch(/clean|safe|harmless|no problem/i);
  });
});

describe('decisionAtQ', () => {
  const chance = (n: number, m: number) => chanceExpectation({ n, m, alpha: 0.05, flagged: 0 });

  it('prints the smallest number that could be flagged where none reached q', () => {
    expect(decisionAtQ(chance(60, 6000), 0)).toEqual({
      decidable: false,
      text: 'not decidable at q <= .05: with 60 ordinary rows, at least 1,968 of 6,000 rows would have to beat every one of them',
    });
  });

  it('says how many ordinary rows are needed where no number of rows could reach it', () => {
    expect(decisionAtQ(chance(10, 500), 0).text).toBe('not decidable at q <= .05: with 10 ordinary rows no number of rows could reach it; at least 19 are needed');
  });

  it('counts rows that reached it', () => {
    expect(decisionAtQ(chance(2000, 100), 1)).toEqual({ decidable: true, text: '1 row at q <= .05' });
  });
});
