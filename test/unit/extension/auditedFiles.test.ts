import { describe, expect, it } from 'vitest';
import { movedId } from '../../../src/extension/audits/auditedFiles';

describe('movedId', () => {
  it('follows a renamed file and a renamed folder, and no neighbour with a longer name', () => {
    expect(movedId('file:///a/rows.jsonl', 'file:///a/rows.jsonl', 'file:///a/other.jsonl')).toBe('file:///a/other.jsonl');
    expect(movedId('file:///a/rows.jsonl', 'file:///a', 'file:///b')).toBe('file:///b/rows.jsonl');
    expect(movedId('file:///ab/rows.jsonl', 'file:///a', 'file:///b')).toBeNull();
  });
});
