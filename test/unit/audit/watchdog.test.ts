import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Watchdog } from '../../../src/audit/watchdog';

const limits = { firstMs: 1000, firstTokenMs: 10, factor: 5, leastMs: 400 };
const batch = (tokens: number, work = 'activations') => ({ work, tokens });

describe('Watchdog', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function watching() {
    const hung = vi.fn();
    return { hung, dog: new Watchdog(hung, limits) };
  }

  test('a first batch may take its allowance and more a token, and no longer', () => {
    const { hung, dog } = watching();
    dog.batch(batch(100));
    vi.advanceTimersByTime(1990);
    expect(hung).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10);
    expect(hung).toHaveBeenCalledExactlyOnceWith(2);
    vi.advanceTimersByTime(60_000);
    expect(hung).toHaveBeenCalledOnce();
  });

  test('later ones are held to what the pass has shown, each pass by itself', () => {
    const { dog } = watching();
    dog.batch(batch(100));
    vi.advanceTimersByTime(200);
    dog.batch(null);
    expect(dog.limitOf(batch(1000))).toBe(5 * 2 * 1000);
    expect(dog.limitOf(batch(1))).toBe(400);
    expect(dog.limitOf(batch(100, 'losses'))).toBe(2000);
    dog.batch(batch(100));
    vi.advanceTimersByTime(100);
    dog.batch(null);
    expect(dog.limitOf(batch(1000))).toBe(5 * 2 * 1000);
  });

  test('what has ended is not watched', () => {
    const { hung, dog } = watching();
    dog.batch(batch(100));
    dog.batch(null);
    dog.batch(batch(100));
    dog.stop();
    dog.cancelled();
    vi.advanceTimersByTime(1e6);
    expect(hung).not.toHaveBeenCalled();
  });

  test('a cancelled one ends soon, or with the batch that runs', () => {
    const { hung, dog } = watching();
    dog.batch(batch(100));
    dog.cancelled();
    vi.advanceTimersByTime(1900);
    expect(hung).not.toHaveBeenCalled();
    dog.batch(null);
    dog.cancelled();
    vi.advanceTimersByTime(400);
    expect(hung).toHaveBeenCalledOnce();
  });

  test('a machine that slept finds its batch still within its time', () => {
    const { hung, dog } = watching();
    dog.batch(batch(100));
    vi.advanceTimersByTime(1000);
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersByTime(900);
    expect(hung).not.toHaveBeenCalled();
  });
});
