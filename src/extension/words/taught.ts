import type { AuditSummary, MarkLabel, RecordMark, RowScore, TaughtRow, TeachResult } from '../../core/types';
import type { Translate } from '../l10n';
import { chanceWords, countWords, percentileWords } from './numbers';

/** What the curator said of a file's rows, and what a probe taught on it makes of them. */
export interface TaughtView {
  /** By record hash. */
  marks: ReadonlyMap<string, RecordMark>;
  /** null until something was taught. */
  result: TeachResult | null;
  /** The row as it was when it was ranked; undefined where it is another one by now. */
  rowOf(row: RowScore): TaughtRow | undefined;
}

export const nothingTaught: TaughtView = { marks: new Map(), result: null, rowOf: () => undefined };

export function viewOf(marks: TaughtView['marks'], result: TeachResult | null): TaughtView {
  const byIndex = new Map(result?.rows.map((row) => [row.index, row]));
  return {
    marks,
    result,
    rowOf: ({ index, hash }) => {
      const row = byIndex.get(index);
      return row?.hash === hash ? row : undefined;
    },
  };
}

export function markOf(taught: TaughtView, { hash }: RowScore): MarkLabel | null {
  return taught.marks.get(hash)?.mark ?? null;
}

/** Whether the taught probe's ranking is the one to review by: its folds show that it works, and no calibrated flags stand against it. */
export function ranksByTaught({ result }: TaughtView, summary: AuditSummary | null): boolean {
  return result?.finding === 'shown' && (result.level === 'taught' || summary?.level !== 'calibrated');
}

/** "yours 97", "yours p .01", "marked bad": what a lens says of a row's marks. */
export function taughtWords(row: RowScore, taught: TaughtView, t: Translate): string[] {
  const own = taught.rowOf(row);
  const mark = markOf(taught, row);
  return [...(own ? [yoursWords(own, taught, t)] : []), ...(mark === null ? [] : [markWord(mark, t)]), ...(mark === null && own?.next ? [t('worth a mark')] : [])];
}

function yoursWords({ percentile, p }: TaughtRow, { result }: TaughtView, t: Translate): string {
  if (result?.finding !== 'shown') return t('yours {0}, unproven', percentileWords(percentile));
  return p === null ? t('yours {0}', percentileWords(percentile)) : t('yours p {0}', chanceWords(p));
}

export function markWord(mark: MarkLabel, t: Translate): string {
  return mark === 'good' ? t('marked good') : t('marked bad');
}

/** A sentence for the hover. */
export function taughtSentence(row: RowScore, taught: TaughtView, t: Translate): string[] {
  const own = taught.rowOf(row);
  const { result } = taught;
  if (!own || !result) return [];
  const place = t('Your probe puts it at #{0} of {1} (percentile {2} among the rows of this file).', countWords(own.rank), countWords(result.rows.length), percentileWords(own.percentile));
  const chance = own.p === null ? [] : [t('p {0} against held-out rows that you marked good.', chanceWords(own.p))];
  const reason = own.next === 'uncertain' ? [t('Worth a mark: the probe cannot tell.')] : own.next === 'high' ? [t('Worth a mark: it stands on top.')] : [];
  const unproven = result.finding === 'shown' ? [] : [t('Unproven: held-out marks do not show that the probe works.')];
  return [[place, ...chance, ...unproven, ...reason].join(' ')];
}
