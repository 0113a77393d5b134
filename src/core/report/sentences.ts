import type { AuditSummary, EngineSummary, Level, ReasonCode, RowScore, Score } from '../types';
import { cosineWords, countWords, durationWords, expectedWords, rateWords, rowsWords, speedWords, twoDecimals } from './words';

/** What a mark at this level may claim. */
export const levelWords: Record<Level, string> = {
  ranked: 'ranked (an order of review; percentiles against the bundled reference rows are context, not an error rate)',
  calibrated: 'calibrated (each row has a p against your own ordinary rows; rows with p <= .05 are flagged)',
  taught: 'taught (ranked by a probe trained on your own marks, calibrated on good marks held out of it)',
};

/** What no mark of this product can see. */
export const blindness = 'No method of this kind sees facts that are harmful only together, data that carries a trait without words, or triggers. A row that is not flagged has not been found good.';

/** The score that decides a row's rank and flag. */
export function decidingScore(row: RowScore, { deciding }: Pick<AuditSummary, 'deciding'>): Score | undefined {
  return row.scores.find(({ probe, measure }) => probe === deciding.probe && measure === deciding.measure);
}

/** Most unusual first. */
export function byRank(rows: readonly RowScore[]): RowScore[] {
  return [...rows].sort((a, b) => a.rank - b.rank);
}

/** Reasons that the numbers beside a row do not tell. */
export function notesOf({ reasons }: Pick<RowScore, 'reasons'>): string {
  const told: ReasonCode[] = ['high-score', 'high-loss', 'pending-loss'];
  return reasons
    .filter(({ code }) => !told.includes(code))
    .map(({ message }) => message)
    .join(' ');
}

/** The verdict, then its numbers; each verdict is named once. */
export function verdictWords({ verdict, verdictText }: AuditSummary): string {
  return verdictText.startsWith(verdict) ? verdictText : `${verdict}: ${verdictText}`;
}

/** The count of flags beside what chance gives; without calibration, why there is none. */
export function flaggedWords({ flagged, chance, deciding: { taught } }: AuditSummary): string {
  if (taught && taught.finding !== 'shown') return 'none: the card may claim nothing';
  if (!chance) return 'none: a flag needs ordinary rows of your own';
  const [low, high] = chance.interval;
  const among = `${countWords(flagged)} of ${rowsWords(chance.m)}, ${expectedWords(chance.expected)} expected by chance with ${countWords(chance.n)} ordinary rows`;
  return `${among} (95 % interval ${countWords(low)} to ${countWords(high)}; as many or more by chance: P ${chance.upperTail < 1e-4 ? '< .0001' : `= ${rateWords(chance.upperTail)}`})`;
}

/** Where a taught card was taught and what its folds show, beside the alternatives; null for other cards. */
export function taughtCardWords({ deciding: { taught } }: Pick<AuditSummary, 'deciding'>): string | null {
  return taught ? `${taught.verdict} (marks of ${taught.file}; what it reaches on other files is not known)` : null;
}

/** What Benjamini-Hochberg reaches at the flags' own rate; null where nothing is calibrated. */
export function falseDiscoveryWords(summary: AuditSummary, rows: readonly RowScore[]): string | null {
  const { chance } = summary;
  if (!chance) return null;
  const reached = rows.filter((row) => (decidingScore(row, summary)?.q ?? 1) <= chance.alpha).length;
  const rate = `q <= ${rateWords(chance.alpha)}`;
  if (reached > 0) return `${rowsWords(reached)} at ${rate} (Benjamini-Hochberg)`;
  if (chance.smallestAtQ === null) return `not decidable at ${rate}: with ${rowsWords(chance.n)} to calibrate on no number of rows could reach it`;
  return `not decidable at ${rate}: at least ${countWords(chance.smallestAtQ)} of ${rowsWords(chance.m)} would have to beat every one of the ${countWords(chance.n)} ordinary rows`;
}

/** The file against the reference, beside what null probes see in it. */
export function nullWords({ beyondReference, scored }: AuditSummary): string | null {
  if (!beyondReference) return null;
  const { count, nullMedian, nullLow, nullHigh, nulls, nullKind } = beyondReference;
  const reached = `${countWords(count)} of ${rowsWords(scored)} ${scored === 1 ? 'is' : 'are'} beyond the reference's 95th percentile`;
  if (nulls === 0) return `${reached}; the card holds no null probes`;
  const band = `${countWords(nulls)} null probes (${nullKind}) put ${countWords(nullMedian)} there (95 %: ${countWords(nullLow)} to ${countWords(nullHigh)})`;
  const within = count >= nullLow && count <= nullHigh ? ': no more than null probes reach' : '';
  return `${reached}; ${band}${within}`;
}

type Alternative = 'loss' | 'text' | 'length';
const names: Record<Alternative, string> = { loss: 'the loss', text: 'TF-IDF', length: 'the length' };

/** How a cheap alternative stands to the deciding score on the same rows. */
export function alternativeWords(summary: AuditSummary, which: Alternative): string {
  const { alternatives } = summary;
  const { topShared, flagged } = alternatives;
  const correlation = { loss: alternatives.lossCorrelation, text: alternatives.textCorrelation, length: alternatives.lengthCorrelation }[which];
  const shared = topShared[which];
  const parts: string[] = [];
  if (correlation !== null) parts.push(`rank correlation ${twoDecimals(correlation)} with the score`);
  if (shared !== null) parts.push(`${countWords(shared)} of the ${countWords(topShared.of)} ${summary.flagged > 0 ? 'flagged' : 'top'} rows are also on top by ${names[which]}`);
  const own = flagged?.[which];
  if (own !== null && own !== undefined) parts.push(`${names[which]} alone would flag ${countWords(own)}`);
  return parts.length > 0 ? parts.join('; ') : 'not computed';
}

export function engineWords({ model, adapter, device, deviceReason, precision, parity, runtime }: EngineSummary): string {
  const measured = parity ? `parity: cosine at least ${cosineWords(parity.minCosine)} on ${countWords(parity.tokens)} tokens` : 'parity not measured';
  // Percentiles are of rows that the model read by itself.
  const tuned = adapter ? ` with the adapter ${adapter.name} at scale ${adapter.scale} (reference rows without it)` : '';
  return `${model}${tuned}, ${device}${deviceReason === null ? '' : ` (${deviceReason})`}, ${precision}; ${measured}; ${runtime}`;
}

export function timingWords({ timings }: AuditSummary): string {
  const speed = timings.rowsPerSecond === null ? '' : ` (${speedWords(timings.rowsPerSecond)})`;
  return `${rowsWords(timings.rowsRun)} run${speed}, ${countWords(timings.rowsFromCache)} from the cache, ${durationWords(timings.seconds)} in all`;
}
