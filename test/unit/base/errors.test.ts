import { describe, expect, test } from 'vitest';
import { CancelledError, ExpectedError, isExpected, messageOf, throwIfAborted } from '../../../src/base/errors';

class PaintError extends ExpectedError<'dry' | 'spilt'> {}

describe('errors', () => {
  test('an expected error carries its reason, its own name and its cause', () => {
    const cause = new Error('why');
    const error = new PaintError('dry', 'The paint is dry.', { cause });
    expect(error).toMatchObject({ name: 'PaintError', reason: 'dry', message: 'The paint is dry.', cause });
    expect(isExpected(error)).toBe(true);
    expect([new Error('bug'), new CancelledError(), 'text', null].some(isExpected)).toBe(false);
  });

  test('anything thrown has a message', () => {
    expect([new Error('a'), 'b', 3, undefined].map(messageOf)).toEqual(['a', 'b', '3', 'undefined']);
  });

  test('an aborted signal ends the work, another does not', () => {
    const controller = new AbortController();
    throwIfAborted(undefined);
    throwIfAborted(controller.signal);
    controller.abort();
    expect(() => throwIfAborted(controller.signal)).toThrow(CancelledError);
  });
});
