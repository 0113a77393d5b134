import { describe, expect, test, vi } from 'vitest';
import { Memo } from '../../../src/audit/memo';

function memoOf() {
  const released: string[] = [];
  return { released, memo: new Memo<string>((value) => Promise.resolve(void released.push(value))) };
}

function deferred() {
  let resolve!: (value: string) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<string>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

describe('Memo', () => {
  test('makes a thing once a key, also for those who ask meanwhile', async () => {
    const { memo, released } = memoOf();
    const make = vi.fn(() => Promise.resolve('model'));
    expect(await Promise.all([memo.get('a', make), memo.get('a', make)])).toEqual(['model', 'model']);
    expect(await memo.get('a', make)).toBe('model');
    expect(make).toHaveBeenCalledOnce();
    expect(released).toEqual([]);
  });

  test('another key releases what was there', async () => {
    const { memo, released } = memoOf();
    await memo.get('a', () => Promise.resolve('first'));
    expect(await memo.get('b', () => Promise.resolve('second'))).toBe('second');
    await vi.waitFor(() => expect(released).toEqual(['first']));
    expect(await memo.get('a', () => Promise.resolve('first again'))).toBe('first again');
  });

  test('what is still being made when another key comes is released once it is made', async () => {
    const { memo, released } = memoOf();
    const slow = deferred();
    const first = memo.get('a', () => slow.promise);
    await memo.get('b', () => Promise.resolve('second'));
    slow.resolve('first');
    expect(await first).toBe('first');
    await vi.waitFor(() => expect(released).toEqual(['first']));
    expect(await memo.current()).toBe('second');
  });

  test('a failure is forgotten: the next one tries again', async () => {
    const { memo, released } = memoOf();
    await expect(memo.get('a', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory');
    expect(await memo.current()).toBeNull();
    expect(await memo.get('a', () => Promise.resolve('model'))).toBe('model');
    expect(released).toEqual([]);
  });

  test('a failure that comes late does not take what replaced it', async () => {
    const { memo } = memoOf();
    const slow = deferred();
    const first = memo.get('a', () => slow.promise);
    await memo.get('b', () => Promise.resolve('second'));
    slow.reject(new Error('late'));
    await expect(first).rejects.toThrow('late');
    expect(await memo.current()).toBe('second');
  });

  test('clear releases, once', async () => {
    const { memo, released } = memoOf();
    await memo.get('a', () => Promise.resolve('model'));
    await Promise.all([memo.clear(), memo.clear()]);
    expect(released).toEqual(['model']);
    expect(await memo.current()).toBeNull();
  });
});
