import { describe, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/base/emitter';

describe('Emitter', () => {
  test('tells every listener, in order, until it is disposed', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const first = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    first.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });

  test('a listener may leave, and another come, while it is told', () => {
    const emitter = new Emitter<number>();
    const late = vi.fn();
    const once = emitter.event(() => {
      once.dispose();
      emitter.event(late);
    });
    emitter.fire(1);
    expect(late).not.toHaveBeenCalled();
    emitter.fire(2);
    expect(late).toHaveBeenCalledExactlyOnceWith(2);
  });
});
