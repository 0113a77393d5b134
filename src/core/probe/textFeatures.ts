/** Number of hash buckets. */
export const BUCKETS = 2 ** 16;

const WORD = /[\p{L}\p{N}_]+/gu;
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Buckets of a text, each once, and how often each occurs. */
export interface TextCounts {
  bucket: Uint32Array;
  times: Uint32Array;
}

/**
 * How often each bucket's features occur in a text, NFC and lower-cased: words and pairs of neighbouring words, and runs of 3 to 5
 * characters inside space-padded words (scikit-learn's `char_wb`). Buckets are 32-bit FNV-1a over UTF-16 code units, modulo `buckets`;
 * the three kinds hash apart.
 */
export function countFeatures(text: string, buckets: number = BUCKETS): TextCounts {
  const counts = counterOf(buckets);
  const seen: number[] = [];
  const add = (hash: number) => {
    const bucket = (hash >>> 0) % buckets;
    if (counts[bucket]!++ === 0) seen.push(bucket);
  };
  const normal = text.normalize('NFC').toLowerCase();
  let before: string | null = null;
  for (const [word] of normal.matchAll(WORD)) {
    add(hashOf(word, start('w')));
    if (before !== null) add(hashOf(word, hashOf(' ', hashOf(before, start('b')))));
    before = word;
  }
  for (const word of normal.split(/\s+/u)) if (word !== '') addCharacterRuns(` ${word} `, add);
  const times = Uint32Array.from(seen, (bucket) => counts[bucket]!);
  for (const bucket of seen) counts[bucket] = 0;
  return { bucket: Uint32Array.from(seen), times };
}

let counter = new Uint32Array(0);

/** One counter for all texts, all zero between two of them: a text touches some hundreds of its buckets. */
function counterOf(buckets: number): Uint32Array {
  if (counter.length !== buckets) counter = new Uint32Array(buckets);
  return counter;
}

function addCharacterRuns(padded: string, add: (hash: number) => void): void {
  for (let at = 0; at + 3 <= padded.length; at++) {
    let hash = step(step(CHARACTERS, padded.charCodeAt(at)), padded.charCodeAt(at + 1));
    for (let size = 3; size <= 5 && at + size <= padded.length; size++) {
      hash = step(hash, padded.charCodeAt(at + size - 1));
      add(hash);
    }
  }
}

const CHARACTERS = start('c');

function start(kind: string): number {
  return step(FNV_OFFSET, kind.charCodeAt(0));
}

function hashOf(text: string, hash: number): number {
  for (let i = 0; i < text.length; i++) hash = step(hash, text.charCodeAt(i));
  return hash;
}

/** FNV-1a over the code unit's low and high byte. */
function step(hash: number, unit: number): number {
  const low = Math.imul(hash ^ (unit & 0xff), FNV_PRIME);
  return Math.imul(low ^ (unit >>> 8), FNV_PRIME);
}
