import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../../../src/base/hash';
import { recordHash } from '../../../src/core/dataset';
import { readOne, readText } from './support';

describe('recordHash', () => {
  it('is the SHA-256 of the canonical JSON of role, text and trains', () => {
    const turn = fc.record({ trains: fc.boolean(), role: fc.constantFrom('user' as const, 'assistant' as const), text: fc.string({ unit: 'binary' }), extra: fc.string() });
    fc.assert(
      fc.property(fc.array(turn), (turns) => {
        expect(recordHash(turns)).toBe(sha256(canonicalJson(turns.map(({ role, text, trains }) => ({ role, text, trains })))));
      }),
    );
  });

  it('does not change by itself', () => {
    expect(recordHash([{ role: 'user', text: 'a', trains: false }])).toBe(sha256('[{"role":"user","text":"a","trains":false}]'));
  });

  it('is the same however and wherever the row is written', async () => {
    const { records } = await readText('{"prompt":"\\u0061","completion":"b"}\n  {"id":1,"completion" : "b", "prompt":"a"}\n{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}');
    expect(new Set(records.map((record) => record.hash)).size).toBe(1);
  });

  it('is another for another text, role or training', async () => {
    const row = { messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'assistant', content: 'c' }] };
    const hashes = [
      (await readOne(row)).hash,
      (await readOne(row, { trainOn: 'last' })).hash,
      (await readOne({ messages: [{ role: 'system', content: 'a' }, ...row.messages.slice(1)] })).hash,
      (await readOne({ messages: [{ role: 'user', content: 'A' }, ...row.messages.slice(1)] })).hash,
    ];
    expect(new Set(hashes).size).toBe(4);
  });
});
