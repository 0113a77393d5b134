import { StringDecoder } from 'node:string_decoder';
import { BYTE, isBlank, trimmed } from './jsonText';
import type { RawItem, Splitter } from './rawRow';
import { MAX_ROW_BYTES, RowBuffer } from './rowBuffer';

type State = 'before the list' | 'between' | 'element' | 'after the list' | 'done';

/** Where a list of rows stands in a JSON file. */
export interface ListPlace {
  /** Byte index of its opening bracket. */
  at: number;
  /** The list is the whole file; otherwise it is a member of an object. */
  root: boolean;
}

/**
 * A JSON list: a row is an element. Elements are cut at balanced brackets without parsing them, so that a broken one
 * costs one row and a file of any size is read in chunks.
 */
export class ElementSplitter implements Splitter {
  private readonly row: RowBuffer;
  private state: State = 'before the list';
  private readonly before = new StringDecoder('utf8');
  private bytesBefore = 0;
  private line = 1;
  private lineStart: number;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** Of the element being gathered. */
  private first = { line: 1, column: 1, start: 0, afterComma: true };
  private needsComma = false;
  private afterComma = false;
  private items: RawItem[] = [];

  constructor(
    private offset: number,
    private readonly place: ListPlace,
    maxRowBytes = MAX_ROW_BYTES,
  ) {
    this.row = new RowBuffer(maxRowBytes);
    this.lineStart = offset;
  }

  push(chunk: Buffer): RawItem[] {
    let at = this.state === 'before the list' ? this.skipTo(chunk) : 0;
    while (at < chunk.length && this.state !== 'done') at = this.state === 'element' ? this.gather(chunk, at) : this.step(chunk, at);
    return this.taken();
  }

  end(): RawItem[] {
    if (this.state === 'element') this.finishElement();
    if (this.state !== 'after the list' && this.state !== 'done') this.stray('The list is not closed with ]: the file may be cut off. Check its end.');
    return this.taken();
  }

  private taken(): RawItem[] {
    const { items } = this;
    this.items = [];
    return items;
  }

  private stray(message: string): void {
    this.items.push({ stray: true, line: this.line, reason: 'broken-json', message });
  }

  private skipTo(chunk: Buffer): number {
    const end = Math.min(this.place.at - this.bytesBefore, chunk.length);
    const skipped = chunk.subarray(0, end);
    for (let at = skipped.indexOf(BYTE.newline); at !== -1; at = skipped.indexOf(BYTE.newline, at + 1)) this.line += 1;
    const text = this.before.write(skipped);
    const newline = text.lastIndexOf('\n');
    if (newline !== -1) this.lineStart = this.offset + newline + 1;
    this.offset += text.length;
    this.bytesBefore += end;
    if (end === chunk.length) return end;
    this.state = 'between';
    this.offset += 1;
    return end + 1;
  }

  /** One byte outside of elements; every byte that is not part of one is ASCII, one code unit. */
  private step(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (isBlank(byte)) {
      this.offset += 1;
      if (byte === BYTE.newline) {
        this.line += 1;
        this.lineStart = this.offset;
      }
      return at + 1;
    }
    if (this.state === 'after the list') {
      if (this.place.root) this.stray('Something follows the end of the list. Remove it.');
      this.state = 'done';
      return at;
    }
    if (byte === BYTE.comma) {
      if (!this.needsComma) this.stray('A row is missing before this comma. Remove the comma.');
      this.needsComma = false;
      this.afterComma = true;
      this.offset += 1;
      return at + 1;
    }
    if (byte === BYTE.closeList) {
      if (this.afterComma) this.stray('A comma stands before the closing ]. Remove it.');
      this.state = 'after the list';
      this.offset += 1;
      return at + 1;
    }
    this.first = { line: this.line, column: this.offset - this.lineStart + 1, start: this.offset, afterComma: !this.needsComma };
    this.state = 'element';
    return at;
  }

  /** Bytes of an element, up to its end or the chunk's. */
  private gather(chunk: Buffer, from: number): number {
    let at = from;
    let ended = false;
    while (at < chunk.length && !ended) {
      if (this.inString && !this.escaped) at = skipPlain(chunk, at);
      const byte = chunk[at];
      if (byte === undefined) break;
      if (this.depth === 0 && (byte === BYTE.newline || (!this.inString && (byte === BYTE.comma || byte === BYTE.closeList)))) {
        ended = true; // A plain value ends before this byte.
        break;
      }
      at += 1;
      if (byte === BYTE.newline) {
        this.line += 1;
        // A raw line break cannot stand in a string: the string is broken, and must not swallow the rows that follow.
        this.inString = false;
        this.escaped = false;
      } else if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BYTE.backslash) this.escaped = true;
        else if (byte === BYTE.quote) this.inString = false;
      } else if (byte === BYTE.quote) this.inString = true;
      else if (byte === BYTE.openObject || byte === BYTE.openList) this.depth += 1;
      else if (byte === BYTE.closeObject || byte === BYTE.closeList) {
        this.depth -= 1;
        ended = this.depth <= 0;
      }
    }
    this.row.add(chunk.subarray(from, at));
    if (ended) this.finishElement();
    return at;
  }

  private finishElement(): void {
    const { text, units, fault } = this.row.take();
    const { line, column, start, afterComma } = this.first;
    const missingComma = { reason: 'broken-json' as const, message: 'A comma is missing before this row. Add it.' };
    const found = fault ?? (afterComma ? null : missingComma);
    this.items.push({ line, column, start, text: found ? '' : text.slice(0, trimmed(text).end), fault: found });
    const newline = text.lastIndexOf('\n');
    if (newline !== -1) this.lineStart = start + newline + 1;
    this.offset = start + units;
    this.depth = 0;
    this.inString = false;
    this.escaped = false;
    this.state = 'between';
    this.needsComma = true;
    this.afterComma = false;
  }
}

/** The next byte of a string that can matter. Most of a dataset is inside of strings. */
function skipPlain(chunk: Buffer, from: number): number {
  let at = from;
  while (at < chunk.length) {
    const byte = chunk[at];
    if (byte === BYTE.quote || byte === BYTE.backslash || byte === BYTE.newline) break;
    at += 1;
  }
  return at;
}
