import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import type { RawFault } from './rawRow';

/** The longest row that is read; a longer one is a problem, and is never held in memory. */
export const MAX_ROW_BYTES = 64 << 20;

/** A row's bytes, decoded. */
export interface DecodedRow {
  text: string;
  /** Length in the document, UTF-16 code units, also where the text is not given. */
  units: number;
  fault: RawFault | null;
}

/** Gathers the bytes of one row over chunks. */
export class RowBuffer {
  private parts: Buffer[] = [];
  private bytes = 0;
  private counted = 0;
  private counter: StringDecoder | null = null;

  constructor(private readonly maxBytes = MAX_ROW_BYTES) {}

  add(part: Buffer): void {
    this.bytes += part.length;
    if (this.counter === null && this.bytes > this.maxBytes) {
      this.counter = new StringDecoder('utf8');
      for (const earlier of this.parts) this.counted += this.counter.write(earlier).length;
      this.parts = [];
    }
    if (this.counter) this.counted += this.counter.write(part).length;
    else this.parts.push(part);
  }

  take(): DecodedRow {
    const { parts, bytes, counter, counted } = this;
    this.parts = [];
    this.bytes = 0;
    this.counter = null;
    this.counted = 0;
    if (counter) return { text: '', units: counted + counter.end().length, fault: tooLong(bytes, this.maxBytes) };
    const [first] = parts;
    const whole = parts.length === 1 && first ? first : Buffer.concat(parts);
    const text = whole.toString('utf8');
    return { text, units: text.length, fault: isUtf8(whole) ? null : invalidUtf8(whole, text) };
  }
}

function tooLong(bytes: number, maxBytes: number): RawFault {
  const size = (n: number): string => `${(n / (1 << 20)).toFixed(1)} MB`;
  return {
    reason: 'too-long',
    message: `This row has ${size(bytes)}; rows of up to ${size(maxBytes)} are read. Shorten or remove it.`,
  };
}

function invalidUtf8(bytes: Buffer, text: string): RawFault {
  // The first byte that does not come back is the first that is not UTF-8.
  const again = Buffer.from(text, 'utf8');
  let at = 0;
  while (at < bytes.length && bytes[at] === again[at]) at += 1;
  while (at > 0 && ((again[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  const character = again.subarray(0, at).toString('utf8').length + 1;
  return {
    reason: 'invalid-utf8',
    message: `Character ${character} of this row is not valid UTF-8. Save the file as UTF-8, or repair the row.`,
  };
}
