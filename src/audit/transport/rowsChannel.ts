import type { RowScore } from '../../core/types';
import type { AuditEvent, AuditResult, SentEvent, SentResult, SentRows } from '../../protocol';
import { packRows, unpackRows } from './packRows';

/** The end of an audit's rows in the process that scores them: a row is sent once, and again when it changed. */
export class RowsSender {
  private readonly sent = new Map<number, RowScore>();

  event(event: AuditEvent): SentEvent {
    return event.type === 'rows' || event.type === 'standing' ? { ...event, rows: this.pack(event.rows) } : event;
  }

  result(result: AuditResult): SentResult {
    return { ...result, rows: this.pack(result.rows) };
  }

  /** A row that is the same object is the same row. */
  private pack(rows: readonly RowScore[]): SentRows {
    const news = rows.filter((row) => this.sent.get(row.index) !== row);
    const known = rows.filter((row) => this.sent.get(row.index) === row);
    for (const row of news) this.sent.set(row.index, row);
    return { news: packRows(news), known: Int32Array.from(known, ({ index }) => index) };
  }
}

/** The other end. */
export class RowsReceiver {
  private readonly received = new Map<number, RowScore>();

  event(event: SentEvent): AuditEvent {
    return event.type === 'rows' || event.type === 'standing' ? { ...event, rows: this.unpack(event.rows) } : event;
  }

  result(result: SentResult): AuditResult {
    return { ...result, rows: this.unpack(result.rows) };
  }

  /** In file order. */
  private unpack({ news, known }: SentRows): RowScore[] {
    const rows = unpackRows(news);
    for (const row of rows) this.received.set(row.index, row);
    if (!known.length) return rows;
    return [...Array.from(known, (index) => this.received.get(index)!), ...rows].sort((a, b) => a.index - b.index);
  }
}
