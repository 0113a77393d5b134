import type { CharRange, RowScore } from '../../core/types';
import { type CharAt, shiftThrough, standsAlone, type TextChange, type Touch } from './edits';

/** A scored row and where it stands in the document now. */
export interface PlacedRow {
  score: RowScore;
  range: CharRange;
  /** Changed since it was scored: its numbers belong to another text. */
  edited: boolean;
}

/** A range of a row as it was scored, where it stands now. An edited row has none: what the range was about may be gone. */
export function inDocument({ score, range }: PlacedRow, { start, end }: CharRange): CharRange {
  const moved = range.start - score.range.start;
  return { start: start + moved, end: end + moved };
}

/** The scored rows of a document, kept in step with its edits. `charAt` reads the document as it is now. */
export class PlacedRows {
  private readonly rows = new Map<number, PlacedRow>();
  private inOrder: PlacedRow[] | undefined;

  constructor(private readonly charAt: CharAt) {}

  get size(): number {
    return this.rows.size;
  }

  /** In the order of the document. */
  all(): readonly PlacedRow[] {
    this.inOrder ??= [...this.rows.values()].sort((a, b) => a.range.start - b.range.start);
    return this.inOrder;
  }

  byIndex(index: number): PlacedRow | undefined {
    return this.rows.get(index);
  }

  /** The row that holds an offset, its end included. */
  at(offset: number): PlacedRow | undefined {
    const rows = this.all();
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle]!.range.start <= offset) low = middle + 1;
      else high = middle;
    }
    const row = rows[low - 1];
    return row !== undefined && offset <= row.range.end ? row : undefined;
  }

  clear(): void {
    this.rows.clear();
    this.inOrder = undefined;
  }

  /** Takes scores of a text to which `since` happened afterwards; a row that came before is replaced. */
  put(scores: readonly RowScore[], since: readonly TextChange[]): void {
    for (const score of scores) {
      const { range, touch } = shiftThrough(score.range, since);
      if (touch === 'gone') this.rows.delete(score.index);
      else this.rows.set(score.index, { score, range, edited: this.changes(range, touch) });
    }
    this.inOrder = undefined;
  }

  /** Follows an edit of the document, which has been made already. */
  edit(changes: readonly TextChange[]): void {
    for (const [index, row] of this.rows) {
      const { range, touch } = shiftThrough(row.range, changes);
      if (touch === 'gone') this.rows.delete(index);
      else {
        row.range = range;
        row.edited ||= this.changes(range, touch);
      }
    }
    this.inOrder = undefined;
  }

  private changes(range: CharRange, touch: Touch): boolean {
    return touch === 'inside' || (touch === 'edge' && !standsAlone(range, this.charAt));
  }
}
