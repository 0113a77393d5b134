import type { Location, Region, Result } from 'sarif';
import type { AuditSummary, CharRange, Level, RowScore, Score } from '../../types';
import { byRank, decidingScore, notesOf } from '../sentences';
import type { TextPlace } from '../textPlaces';
import { countWords, percentileWords, rateWords, rowsWords, shareWords, twoDecimals } from '../words';
import { plainMessage } from './message';
import { markRule, problemRule } from './rules';

/** What results are made with beside the data. */
export interface Placing {
  /** Where an offset of the document stands. */
  place(offset: number): TextPlace;
  /** The audited file. */
  artifact: { uri: string; uriBaseId?: string; index: number };
  ruleIndex(id: string): number;
  /** Give the first words of prompt and answer. */
  previews: boolean;
}

/** The rows that are results: flagged ones; where nothing is calibrated, so many from the top of the ranking. Most unusual first. */
export function markedRows(rows: readonly RowScore[], { level }: Pick<AuditSummary, 'level'>, top: number): RowScore[] {
  const ranked = byRank(rows);
  return level === 'ranked' ? ranked.slice(0, top) : ranked.filter(({ flagged }) => flagged);
}

/** Offsets whose places the results of these rows need. */
export function offsetsOf(rows: readonly RowScore[]): number[] {
  return rows.flatMap(rangesOf).flatMap(({ start, end }) => [start, end]);
}

function rangesOf({ range, spans, sides }: RowScore): CharRange[] {
  return [range, ...(spans ?? []), ...(sides?.rejected.spans ?? [])];
}

/**
 * A mark as a result. Flagged rows are warnings; rows of a ranking are to review: of kind `review`, which has no severity
 * (SARIF 2.1.0, 3.27.10). The place is the span that carries the mark, within its row, or the row.
 */
export function markResult(row: RowScore, summary: AuditSummary, { place, artifact, ruleIndex, previews }: Placing): Result {
  const score = decidingScore(row, summary);
  const region = ({ start, end }: CharRange): Region => {
    const [first, last] = [place(start), place(end)];
    return { startLine: first.line, startColumn: first.column, endLine: last.line, endColumn: last.column };
  };
  const located = (range: CharRange): Location => ({ physicalLocation: { artifactLocation: { ...artifact }, region: region(range) } });
  const [span, ...others] = row.spans ?? [];
  const related = [...others.map((range) => ({ range, text: 'The marked span goes on here.' })), ...(row.sides?.rejected.spans ?? []).map((range) => ({ range, text: 'The marked span of the rejected side.' }))];
  const ruleId = markRule({ id: summary.deciding.probe, measure: summary.deciding.measure }, claimOf(row));
  const location = located(span ?? row.range);
  if (span) location.physicalLocation!.contextRegion = region(row.range);
  return {
    ruleId,
    ruleIndex: ruleIndex(ruleId),
    ...(row.flagged ? { kind: 'fail', level: 'warning' } : { kind: 'review', level: 'none' }),
    ...(score ? { rank: score.percentile } : {}),
    message: plainMessage(markWords(row, score, summary)),
    locations: [location],
    ...(related.length > 0 ? { relatedLocations: related.map(({ range, text }, id) => ({ id, ...located(range), message: plainMessage(text) })) } : {}),
    partialFingerprints: { 'recordHash/v1': row.hash },
    properties: {
      index: row.index,
      reviewRank: row.rank,
      tokens: row.tokens,
      responseTokens: row.responseTokens,
      scores: row.scores,
      ...(row.sides ? { sides: { chosen: row.sides.chosen.value, rejected: row.sides.rejected.value } } : {}),
      loss: row.loss,
      lossPercentile: row.lossPercentile,
      text: row.text,
      latents: row.latents,
      reasons: row.reasons.map(({ code }) => code),
      ...(previews ? { preview: row.preview } : {}),
    },
  };
}

/** A row without a flag is a place in a ranking, whatever it was calibrated on. */
function claimOf({ flagged, level }: RowScore): Level {
  return flagged ? level : 'ranked';
}

/** The row's place and its numbers, each with what it was compared with. */
function markWords(row: RowScore, score: Score | undefined, summary: AuditSummary): string {
  const place = `#${countWords(row.rank)} of ${countWords(summary.scored)}${row.flagged ? '' : ' to review'}`;
  const sentences: string[] = [];
  if (!score) sentences.push(`${place}.`);
  else {
    const name = summary.probes.find(({ id, measure }) => id === score.probe && measure === score.measure)?.name ?? score.probe;
    const rates = [...(score.p === null ? [] : [`p ${rateWords(score.p)}`]), ...(score.q === null ? [] : [`q ${rateWords(score.q)}`])];
    const against = summary.chance && score.p !== null ? ` against ${rowsWords(summary.chance.n)} of your own` : '';
    sentences.push(`${place}: ${rates.length > 0 ? `${rates.join(', ')}${against}; ` : ''}${percentileWords(score.percentile)} % of reference rows are below it under ${name} (${score.measure}${row.sides ? ', chosen minus rejected' : ''}).`);
    if (score.nulls.count > 0) sentences.push(`${shareWords(score.nulls.shareBeyond)} of ${countWords(score.nulls.count)} null probes (${score.nulls.kind}) put it beyond their own 95th percentile.`);
  }
  if (row.loss !== null) sentences.push(`Loss ${twoDecimals(row.loss)} nats a token${row.sides ? ', chosen minus rejected' : ''}${row.lossPercentile === null ? '' : ` (percentile ${percentileWords(row.lossPercentile)})`}.`);
  const notes = notesOf(row);
  if (notes !== '') sentences.push(notes);
  sentences.push(claimOf(row) === 'ranked' ? 'An order of review: no error rate is claimed.' : 'A reason to read the row, not a finding that it is bad.');
  return sentences.join(' ');
}

/** A row that cannot be scored, by its line. */
export function problemResult({ line, reason, message, index }: AuditSummary['problems'][number], { artifact, ruleIndex }: Placing): Result {
  return {
    ruleId: problemRule(reason),
    ruleIndex: ruleIndex(problemRule(reason)),
    level: 'warning',
    message: plainMessage(message),
    locations: [{ physicalLocation: { artifactLocation: { ...artifact }, region: { startLine: line } } }],
    ...(index === undefined ? {} : { properties: { index } }),
  };
}
