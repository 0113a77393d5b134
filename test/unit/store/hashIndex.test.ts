import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashIndex } from '../../../src/store/hashIndex';

/** Few first bytes, so that slots collide. */
const hashes = fc.array(fc.tuple(fc.constantFrom(0, 1, 255), fc.nat(3), fc.nat(255)), { maxLength: 60 }).map((all) =>
  all.map(([first, second, last]) => {
    const bytes = new Uint8Array(32);
    bytes.set([first, 0, 0, second]);
    bytes[31] = last;
    return bytes;
  }),
);

test('finds what a search from the front finds', () => {
  fc.assert(
    fc.property(hashes, hashes, (stored, others) => {
      const index = new HashIndex(Buffer.concat(stored));
      for (const hash of [...stored, ...others]) expect(index.rowOf(hash)).toBe(stored.findIndex((known) => Buffer.compare(known, hash) === 0));
    }),
  );
});
