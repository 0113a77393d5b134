import { BYTE, trimmed } from './jsonText';
import type { RawItem, RawRow, Splitter } from './rawRow';
import { MAX_ROW_BYTES, RowBuffer } from './rowBuffer';

/** JSONL: a row is a line that is not blank. Lines end with LF; the CR of a CRLF is white space. */
export class LineSplitter implements Splitter {
  private readonly row: RowBuffer;

  constructor(
    private offset: number,
    maxRowBytes = MAX_ROW_BYTES,
    private line = 1,
  ) {
    this.row = new RowBuffer(maxRowBytes);
  }

  push(chunk: Buffer): RawItem[] {
    const rows: RawRow[] = [];
    let from = 0;
    for (let end = chunk.indexOf(BYTE.newline); end !== -1; end = chunk.indexOf(BYTE.newline, from)) {
      this.row.add(chunk.subarray(from, end));
      this.finishLine(rows);
      this.offset += 1;
      this.line += 1;
      from = end + 1;
    }
    this.row.add(chunk.subarray(from));
    return rows;
  }

  end(): RawItem[] {
    const rows: RawRow[] = [];
    this.finishLine(rows);
    return rows;
  }

  private finishLine(rows: RawRow[]): void {
    const { text, units, fault } = this.row.take();
    const { start, end } = trimmed(text);
    if (fault) rows.push({ line: this.line, column: 1, start: this.offset, text: '', fault });
    else if (start < end) {
      rows.push({ line: this.line, column: start + 1, start: this.offset + start, text: text.slice(start, end), fault: null });
    }
    this.offset += units;
  }
}
