import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { StageClock } from '../../../src/audit/clock';

describe('StageClock', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('tells the rows a second that the model ran, and the time left', () => {
    const clock = new StageClock('activations');
    vi.advanceTimersByTime(4000);
    expect(clock.progress(30, 100, 20)).toEqual({ stage: 'activations', done: 30, total: 100, rowsPerSecond: 5, secondsLeft: 14 });
    expect(clock.seconds).toBe(4);
  });

  test('rows from the cache say nothing about speed', () => {
    const clock = new StageClock('losses');
    vi.advanceTimersByTime(1000);
    expect(clock.progress(50, 100, 0)).toEqual({ stage: 'losses', done: 50, total: 100, rowsPerSecond: null, secondsLeft: null });
  });

  test('before any time has passed there is no speed', () => {
    expect(new StageClock('losses').progress(1, 2, 1)).toMatchObject({ rowsPerSecond: null, secondsLeft: null });
  });
});
