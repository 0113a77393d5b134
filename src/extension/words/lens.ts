import type { AuditSummary, ReasonCode, RowScore } from '../../core/types';
import type { Translate } from '../l10n';
import type { PlacedRow } from '../audits/placedRows';
import { decidingScore, measureVerb } from './measures';
import { chanceWords, countWords, percentileWords } from './numbers';

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
}

/** The rows to review: the flagged ones where the file is calibrated, else the first of the ranking. Worst first. */
export function rowsToReview({ rows, ranksKnown }: RankedRows, top: number): PlacedRow[] {
  return rows
    .filter(({ score }) => (score.level === 'ranked' ? ranksKnown && score.rank <= top : score.flagged))
    .sort((a, b) => a.score.rank - b.score.rank);
}

export function rowsWithLens(file: RankedRows, { show, top }: LensChoice): readonly PlacedRow[] {
  if (show === 'none') return [];
  return show === 'all' ? file.rows : rowsToReview(file, top);
}

/** The lens of a row: its place in the ranking, then its numbers, the strongest first. Numbers are percentiles unless they say p. */
export function lensTitle(row: PlacedRow, file: RankedRows, t: Translate): string {
  const { score } = row;
  if (row.edited) return [t('edited since it was scored'), t('▸ audit again')].join(SEPARATOR);
  return [
    ...(file.ranksKnown ? [t('#{0} of {1} to review', countWords(score.rank), countWords(file.rows.length))] : []),
    ...numbers(score, file.summary, t),
    ...marks(score, t),
    t('▸ inspect'),
  ].join(SEPARATOR);
}

function numbers(row: RowScore, summary: AuditSummary | null, t: Translate): string[] {
  const said: { words: string; strength: number }[] = [];
  const deciding = decidingScore(row, summary);
  if (deciding) {
    const verb = measureVerb(deciding.measure, t);
    const words = deciding.p === null ? `${verb} ${percentileWords(deciding.percentile)}` : `${verb} p ${chanceWords(deciding.p)}`;
    said.push({ words, strength: deciding.percentile });
  }
  if (row.lossPercentile !== null) said.push({ words: t('loss {0}', percentileWords(row.lossPercentile)), strength: row.lossPercentile });
  else if (isPending(row)) said.push({ words: t('loss pending'), strength: -1 });
  return said.sort((a, b) => b.strength - a.strength).map(({ words }) => words);
}

/** The loss of a row is still to come. */
export function isPending(row: RowScore): boolean {
  return row.reasons.some(({ code }) => code === 'pending-loss');
}

function marks(row: RowScore, t: Translate): string[] {
  const has = (code: ReasonCode): boolean => row.reasons.some((reason) => reason.code === code);
  return [
    ...(has('truncated') ? [t('cut short')] : []),
    ...(has('template-markers') ? [t('template markers in its text')] : []),
    ...(has('in-ordinary-rows') ? [t('one of your trusted rows')] : []),
  ];
}
