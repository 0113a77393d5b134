import type { AuditSummary, CharRange, ReasonCode, RowScore } from '../../core/types';
import type { Translate } from '../l10n';
import type { PlacedRow } from '../audits/placedRows';
import { decidingScore, measureVerb } from './measures';
import { chanceWords, countWords, percentileWords } from './numbers';
import { hottest, quoted } from './phrases';
import { markOf, ranksByTaught, taughtWords, type TaughtView } from './taught';
import { unusualTurns } from './turns';

const SEPARATOR = ' · ';

/** Which rows carry a lens (`personaLens.lens.show`, `.lens.top`). */
export interface LensChoice {
  show: 'flaggedOrTop' | 'all' | 'none';
  top: number;
}

/** What lenses are made of: the rows, and whether their ranks are over the whole file. */
export interface RankedRows {
  rows: readonly PlacedRow[];
  ranksKnown: boolean;
  summary: AuditSummary | null;
  taught: TaughtView;
}

/**
 * The rows to review: the flagged ones where the file is calibrated, else the first of the ranking; by the taught probe, once it is
 * shown to work, those that are not marked yet. Worst first.
 */
export function rowsToReview({ rows, ranksKnown, summary, taught }: RankedRows, top: number): PlacedRow[] {
  if (ranksByTaught(taught, summary)) {
    const flags = taught.result?.level === 'taught';
    return rows
      .flatMap((row) => {
        const own = taught.rowOf(row.score);
        return own && markOf(taught, row.score) === null && (!flags || own.flagged) ? [{ row, rank: own.rank }] : [];
      })
      .sort((a, b) => a.rank - b.rank)
      .slice(0, flags ? undefined : top)
      .map(({ row }) => row);
  }
  return rows
    .filter(({ score }) => (score.level === 'ranked' ? ranksKnown && score.rank <= top : score.flagged))
    .sort((a, b) => a.score.rank - b.score.rank);
}

export function rowsWithLens(file: RankedRows, { show, top }: LensChoice): readonly PlacedRow[] {
  if (show === 'none') return [];
  if (show === 'all') return file.rows;
  const wanted = new Set(rowsToReview(file, top));
  // What was marked, and what is worth a mark, stays in sight.
  const { taught } = file;
  return [...wanted, ...file.rows.filter((row) => !wanted.has(row) && (markOf(taught, row.score) !== null || taught.rowOf(row.score)?.next))];
}

/** The lens of a row: its place in the ranking, then its numbers, the strongest first. Numbers are percentiles unless they say p. */
export function lensTitle(row: PlacedRow, file: RankedRows, t: Translate): string {
  const { score } = row;
  if (row.edited) return [t('edited since it was scored'), t('▸ audit again')].join(SEPARATOR);
  return [
    ...place(score, file, t),
    ...taughtWords(score, file.taught, t),
    ...numbers(score, file.summary, t),
    ...sides(score, t),
    ...marks(score, t),
    ...phrase(score),
    t('▸ inspect'),
  ].join(SEPARATOR);
}

/** Its place in the ranking that is reviewed by. */
function place(score: RowScore, file: RankedRows, t: Translate): string[] {
  const rank = ranksByTaught(file.taught, file.summary) ? file.taught.rowOf(score)?.rank : file.ranksKnown ? score.rank : undefined;
  return rank === undefined ? [] : [t('#{0} of {1} to review', countWords(rank), countWords(file.rows.length))];
}

function numbers(row: RowScore, summary: AuditSummary | null, t: Translate): string[] {
  const said: { words: string; strength: number }[] = [];
  const deciding = decidingScore(row, summary);
  if (deciding) {
    const verb = measureVerb(deciding.measure, t);
    const words = deciding.p === null ? `${verb} ${percentileWords(deciding.percentile)}` : `${verb} p ${chanceWords(deciding.p)}`;
    said.push({ words, strength: deciding.percentile });
  }
  // The card's first probe on push; its others stand in the hover.
  const push = deciding?.measure === 'push' ? undefined : row.scores.find(({ measure }) => measure === 'push');
  if (push) said.push({ words: `${measureVerb('push', t)} ${percentileWords(push.percentile)}`, strength: push.percentile });
  if (row.lossPercentile !== null) said.push({ words: t('loss {0}', percentileWords(row.lossPercentile)), strength: row.lossPercentile });
  else if (isPending(row)) said.push({ words: t('loss pending'), strength: -1 });
  return said.sort((a, b) => b.strength - a.strength).map(({ words }) => words);
}

/** The sides of a pair apart, each among single reference rows. */
function sides({ sides }: RowScore, t: Translate): string[] {
  return sides ? [t('chosen {0}, rejected {1}', percentileWords(sides.chosen.percentile), percentileWords(sides.rejected.percentile))] : [];
}

function phrase({ phrases }: RowScore): string[] {
  const hot = hottest(phrases);
  return hot ? [quoted(hot.text)] : [];
}

/** A lens of one answer of a row that has several. */
export interface TurnLens {
  title: string;
  /** Index of the turn in its record. */
  turn: number;
  range: CharRange;
}

/** The most unusual answers of a row that has several, a short lens each. */
export function turnLenses({ score, edited }: PlacedRow, summary: AuditSummary | null, t: Translate): TurnLens[] {
  const deciding = decidingScore(score, summary);
  if (edited || !deciding) return [];
  const verb = measureVerb(deciding.measure, t);
  return unusualTurns(score).map(({ turn, place, range, percentile }) => ({ title: t('answer {0} of {1} {2} {3}', place, score.perTurn.length, verb, percentileWords(percentile)), turn, range }));
}

/** The loss of a row is still to come. */
export function isPending(row: RowScore): boolean {
  return hasReason(row, 'pending-loss');
}

/** Whether a row's reasons hold one. */
export const hasReason = (row: RowScore, ...codes: ReasonCode[]): boolean => row.reasons.some(({ code }) => codes.includes(code));

function marks(row: RowScore, t: Translate): string[] {
  const has = (code: ReasonCode): boolean => hasReason(row, code);
  return [
    ...(has('no-loss') ? [t('loss not computed')] : []),
    ...(has('no-push') ? [t('push not computed')] : []),
    ...(has('truncated') ? [t('cut short')] : []),
    ...(has('template-markers') ? [t('template markers in its text')] : []),
    ...(has('in-ordinary-rows') ? [t('one of your trusted rows')] : []),
  ];
}
