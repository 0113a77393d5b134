import type { LineSpan } from '../protocol';
import type { AuditRow } from './rows';

/** Tokens of a batch: some second of work, so that a cancel or a changed view waits no longer. */
export const tokenBudget = 1536;

/** How many waiting rows are looked at to fill a batch. */
const reach = 64;

/**
 * Hands out batches of rows that still have to run: rows in view first, then in the given order of urgency. A batch
 * holds rows of like length, as many as fit the budget once padded, and at least one.
 */
export class BatchQueue {
  private view: LineSpan | undefined;
  private waiting: AuditRow[];

  /**
   * @param rows in order of urgency; pass them sorted by length where there is none
   * @param alone hashes of records whose rows share no batch
   */
  constructor(rows: AuditRow[], view?: LineSpan, private readonly alone: ReadonlySet<string> = new Set()) {
    this.waiting = [...rows];
    this.view = view;
  }

  get size(): number {
    return this.waiting.length;
  }

  setView(view: LineSpan): void {
    this.view = view;
  }

  next(): AuditRow[] {
    const [first, ...candidates] = this.mostUrgent();
    if (!first) return [];
    const batch = new Set([first]);
    let longest = longestOf(first);
    let shortest = longest;
    let records = sidesOf(first);
    for (const candidate of this.isAlone(first) ? [] : candidates) {
      if (this.isAlone(candidate)) continue;
      const time = Math.max(longest, longestOf(candidate));
      const least = Math.min(shortest, longestOf(candidate));
      if (least < 0.6 * time || time * (records + sidesOf(candidate)) > tokenBudget) continue;
      batch.add(candidate);
      longest = time;
      shortest = least;
      records += sidesOf(candidate);
    }
    this.waiting = this.waiting.filter((row) => !batch.has(row));
    return [...batch];
  }

  private isAlone({ main, rejected }: AuditRow): boolean {
    if (this.alone.size === 0) return false;
    return this.alone.has(main.record.hash) || (rejected !== null && this.alone.has(rejected.record.hash));
  }

  private mostUrgent(): AuditRow[] {
    const { view, waiting } = this;
    const seen = view ? waiting.filter(({ line }) => line >= view.first && line <= view.last) : [];
    if (!seen.length) return waiting.slice(0, reach + 1);
    const inView = new Set(seen);
    return [...seen, ...waiting.filter((row) => !inView.has(row))].slice(0, reach + 1);
  }
}

const longestOf = ({ main, rejected }: AuditRow): number => Math.max(main.tokens.ids.length, rejected?.tokens.ids.length ?? 0);
const sidesOf = ({ rejected }: AuditRow): number => (rejected ? 2 : 1);

/** Shortest first: batches waste little on padding. */
export function byLength(rows: AuditRow[]): AuditRow[] {
  return [...rows].sort((a, b) => longestOf(a) - longestOf(b));
}

