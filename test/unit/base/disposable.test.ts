import { describe, expect, test, vi } from 'vitest';
import { DisposableStore, toDisposable } from '../../../src/base/disposable';

describe('DisposableStore', () => {
  test('disposes what it owns once, last first', () => {
    const order: number[] = [];
    const store = new DisposableStore();
    for (const i of [1, 2, 3]) store.add(toDisposable(() => order.push(i)));
    store.dispose();
    store.dispose();
    expect(order).toEqual([3, 2, 1]);
  });

  test('gives back what was put in', () => {
    const item = { dispose() {}, name: 'mine' };
    expect(new DisposableStore().add(item)).toBe(item);
  });

  test('what comes after disposal is disposed at once', () => {
    const dispose = vi.fn();
    const store = new DisposableStore();
    store.dispose();
    store.add({ dispose });
    expect(dispose).toHaveBeenCalledOnce();
  });

  test('one that throws does not keep the others alive', () => {
    const dispose = vi.fn();
    const store = new DisposableStore();
    store.add({ dispose });
    store.add({
      dispose() {
        throw new Error('broken');
      },
    });
    expect(() => store.dispose()).toThrow('broken');
    expect(dispose).toHaveBeenCalledOnce();
  });
});
