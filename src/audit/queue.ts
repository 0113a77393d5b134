import type { LineSpan } from '../protocol';
import type { AuditRow } from './rows';

/** Tokens of a batch: some second of work, so that a cancel or a changed view waits no longer. */
export const tokenBudget = 1536;

/**
 * Hands out batches of rows that still have to run: rows in view first, then in the given order of urgency. A batch
 * holds rows of like length, as many as fit the budget once padded, and at least one.
 */
export class BatchQueue {
  private view: LineSpan | undefined;
  private readonly waiting: AuditRow[];

  /** @param rows in order of urgency; pass them sorted by length where there is none */
  constructor(rows: AuditRow[], view?: LineSpan) {
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
    const first = this.takeFirst();
    if (!first) return [];
    const batch = [first];
    let longest = longestOf(first);
    let records = sidesOf(first);
    for (let i = 0; i < this.waiting.length && i < 64; ) {
      const candidate = this.waiting[i]!;
      const time = Math.max(longest, longestOf(candidate));
      const alike = Math.min(longest, longestOf(candidate)) >= 0.6 * time;
      if (alike && time * (records + sidesOf(candidate)) <= tokenBudget) {
        batch.push(candidate);
        this.waiting.splice(i, 1);
        longest = time;
        records += sidesOf(candidate);
      } else i++;
    }
    return batch;
  }

  private takeFirst(): AuditRow | undefined {
    const { view } = this;
    const seen = view ? this.waiting.findIndex(({ line }) => line >= view.first && line <= view.last) : -1;
    return seen >= 0 ? this.waiting.splice(seen, 1)[0] : this.waiting.shift();
  }
}

const longestOf = ({ main, rejected }: AuditRow): number => Math.max(main.tokens.ids.length, rejected?.tokens.ids.length ?? 0);
const sidesOf = ({ rejected }: AuditRow): number => (rejected ? 2 : 1);

/** Shortest first: batches waste little on padding. */
export function byLength(rows: AuditRow[]): AuditRow[] {
  return [...rows].sort((a, b) => longestOf(a) - longestOf(b));
}

