/** Which row of a segment a record is. Raw hashes and an open-addressing table: 40 to 48 bytes a row, where a Map of strings takes three times that. */
export class HashIndex {
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** @param hashes `[rows, 32]` */
  constructor(private readonly hashes: Uint8Array) {
    const rows = hashes.length / 32;
    let size = 4;
    while (size < 2 * rows) size *= 2;
    this.mask = size - 1;
    this.slots = new Int32Array(size).fill(-1);
    for (let row = 0; row < rows; row++) {
      const slot = this.find(hashes.subarray(32 * row, 32 * row + 32));
      if (this.slots[slot]! < 0) this.slots[slot] = row;
    }
  }

  /** -1 where the segment does not hold it. */
  rowOf(hash: Uint8Array): number {
    return this.slots[this.find(hash)]!;
  }

  /** The slot that holds the hash, or the free one where it belongs. A SHA-256 is its own hash function. */
  private find(hash: Uint8Array): number {
    let slot = (hash[0]! | (hash[1]! << 8) | (hash[2]! << 16) | (hash[3]! << 24)) & this.mask;
    for (;;) {
      const row = this.slots[slot]!;
      if (row < 0 || this.equal(row, hash)) return slot;
      slot = (slot + 1) & this.mask;
    }
  }

  private equal(row: number, hash: Uint8Array): boolean {
    for (let i = 0, at = 32 * row; i < 32; i++, at++) if (this.hashes[at] !== hash[i]) return false;
    return true;
  }
}
