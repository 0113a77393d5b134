import { byRank, countWords, decidingScore, percentileWords, rateWords } from '../core/report';
import type { AuditSummary, ReasonCode, RowScore } from '../core/types';
import type { Paint } from './terminal/colour';
import { neutralise } from './terminal/neutralise';
import { padEnd, padStart, textWidth, truncate, wrap } from './terminal/width';

export interface TableOptions {
  /** Columns of the terminal. */
  width: number;
  paint: Paint;
  /** Rows shown. */
  top: number;
}

const barSteps = 10;
/** What a preview needs to be worth its place; where there is less, the bar gives way. */
const leastPreview = 24;

/** Notes on a row, a letter each, explained under the table. */
const notes: Partial<Record<ReasonCode, { letter: string; words: string }>> = {
  truncated: { letter: 't', words: 't: longer than --max-tokens, scored up to it' },
  'template-markers': { letter: 'm', words: 'm: holds markers of the chat template, read as plain text' },
  'nulls-agree': { letter: 'n', words: 'n: null probes find it unusual too' },
  'in-ordinary-rows': { letter: 'o', words: 'o: one of your ordinary rows, never flagged' },
};

/** A row whose mean hides one turn: a mixed conversation. */
const turnNote = { letter: 'c', words: 'c: one of its turns alone is past the 95th percentile (persona-lens inspect shows which)' };

function hidesTurn(row: RowScore, summary: AuditSummary): boolean {
  return (decidingScore(row, summary)?.percentile ?? 100) < 95 && row.perTurn.some(({ percentile }) => percentile >= 95);
}

interface Cells {
  row: RowScore;
  bar: string;
  high: boolean;
  fixed: string[];
  answer: string;
}

/** Rows, most unusual first, one line each, never wider than the terminal. */
export function tableLines(rows: readonly RowScore[], summary: AuditSummary, { width, paint, top }: TableOptions): string[] {
  const shown = byRank(rows).slice(0, top);
  if (shown.length === 0) return [];
  const columns = columnsOf(shown, summary);
  const cells = shown.map((row): Cells => {
    const percentile = decidingScore(row, summary)?.percentile ?? 0;
    return { row, bar: bar(percentile), high: percentile >= 50, fixed: columns.map(({ cell }) => cell(row)), answer: neutralise(`${hottestWords(row)}${row.preview.response || row.preview.prompt}`) };
  });
  const widths = columns.map(({ name }, i) => Math.max(textWidth(name), ...cells.map(({ fixed }) => textWidth(fixed[i]!))));
  const fixedWidth = 2 + widths.reduce((sum, w) => sum + w + 2, 0);
  const withBar = width - fixedWidth - (barSteps + 2) >= leastPreview;
  const room = Math.max(8, width - fixedWidth - (withBar ? barSteps + 2 : 0));
  const line = (mark: string, middle: string, fixed: string[], answer: string) => {
    const [rank, lineNumber, ...rest] = fixed.map((text, i) => padStart(text, widths[i]!));
    return [`${mark} ${rank}`, lineNumber, ...(withBar ? [middle] : []), ...rest, answer].join('  ').trimEnd();
  };
  const header = line(' ', padEnd('reference', barSteps), columns.map(({ name }) => name), 'answer');
  return [
    paint.dim(truncate(header, width)),
    ...cells.map(({ row, bar: steps, high, fixed, answer }) =>
      line(row.flagged ? paint.high('*') : ' ', high ? paint.high(steps) : paint.low(steps), fixed, truncate(answer, room)),
    ),
    ...legend(rows, shown, summary).flatMap((text) => wrap(text, width - 2).map((part) => paint.dim(`  ${part}`))),
  ];
}

/** The words that carry most of the row, before its answer. */
const hottestWords = ({ phrases }: RowScore): string => (phrases?.[0] ? `“${phrases[0].text.replace(/\s+/g, ' ')}” ` : '');

interface ColumnOf {
  name: string;
  cell: (row: RowScore) => string;
}

function columnsOf(shown: RowScore[], summary: AuditSummary): ColumnOf[] {
  const score = (row: RowScore) => decidingScore(row, summary);
  const columns: (ColumnOf | false)[] = [
    { name: 'rank', cell: (row) => countWords(row.rank) },
    { name: 'line', cell: (row) => String(row.line) },
    { name: 'pct', cell: (row) => percentileWords(score(row)?.percentile ?? 0) },
    shown.some((row) => score(row)?.p != null) && { name: 'p', cell: (row) => (score(row)?.p == null ? '-' : rateWords(score(row)!.p!)) },
    shown.some((row) => row.lossPercentile !== null) && { name: 'loss', cell: (row) => (row.lossPercentile === null ? '-' : percentileWords(row.lossPercentile)) },
    shown.some((row) => (score(row)?.nulls.count ?? 0) > 0) && { name: 'nulls', cell: (row) => `${Math.round(100 * (score(row)?.nulls.shareBeyond ?? 0))} %` },
    shown.some((row) => lettersOf(row, summary) !== '') && { name: '', cell: (row) => lettersOf(row, summary) },
  ];
  return columns.filter((column) => column !== false);
}

function lettersOf(row: RowScore, summary: AuditSummary): string {
  return row.reasons.map(({ code }) => notes[code]?.letter ?? '').join('') + (hidesTurn(row, summary) ? turnNote.letter : '');
}

/** Ten steps of the reference percentile, full at 95 and above. */
export function bar(percentile: number): string {
  const filled = Math.max(0, Math.min(barSteps, Math.round(percentile / barSteps)));
  return '█'.repeat(filled) + '░'.repeat(barSteps - filled);
}

function legend(rows: readonly RowScore[], shown: RowScore[], summary: AuditSummary): string[] {
  const lines: string[] = [];
  const rest = rows.length - shown.length;
  const flaggedRest = rows.filter(({ flagged }) => flagged).length - shown.filter(({ flagged }) => flagged).length;
  if (rest > 0) lines.push(`${countWords(rest)} more${flaggedRest > 0 ? `, ${countWords(flaggedRest)} of them flagged` : ''}: --top ${flaggedRest > 0 ? shown.length + flaggedRest : 2 * shown.length} shows more, --top 0 all`);
  if (shown.some(({ flagged }) => flagged)) lines.push(`*: flagged, p <= ${rateWords(summary.chance?.alpha ?? 0.05)} against your ordinary rows`);
  lines.push(columnWords(shown, summary));
  if (shown.some(({ phrases }) => phrases?.length)) lines.push('“”: the words of the answer that carry most of it, then how the answer begins');
  const codes = new Set(shown.flatMap(({ reasons }) => reasons.map(({ code }) => code)));
  for (const [code, note] of Object.entries(notes)) if (codes.has(code as ReasonCode)) lines.push(note.words);
  if (shown.some((row) => hidesTurn(row, summary))) lines.push(turnNote.words);
  return lines;
}

/** What the columns are percentiles and shares of; columns that are not there are not explained. */
function columnWords(shown: RowScore[], summary: AuditSummary): string {
  const parts = ['pct: percentile among the bundled reference rows'];
  if (shown.some((row) => row.lossPercentile !== null)) parts.push('loss: the same for how surprising the text is to the model');
  if (shown.some((row) => (decidingScore(row, summary)?.nulls.count ?? 0) > 0)) parts.push('nulls: share of null probes that find the row unusual too');
  return parts.join('; ');
}
