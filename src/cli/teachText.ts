import { MIN_ORDINARY } from '../core/calibrate';
import { countWords, percentileWords, rateWords, rowsWords, twoDecimals } from '../core/report';
import type { Estimate, TaughtFigures, TeachReportRow, TeachResult } from '../core/types';
import type { Labels } from './labels';
import { estimateWords, gridLines } from './keyText';
import type { Paint } from './terminal/colour';
import { factLines } from './terminal/facts';
import { neutralise } from './terminal/neutralise';
import { padEnd, padStart, textWidth, truncate, wrap } from './terminal/width';

export interface TeachLayout {
  width: number;
  paint: Paint;
  /** Rows of the ranking that are shown. */
  top: number;
}

const gap = '  ';
const shownFaults = 10;

/** What was taught, for a terminal: rows from the top, what held-out marks reach, and what to mark next. */
export function teachLines(result: TeachResult, labels: Labels, layout: TeachLayout): string[] {
  const { file, marks, figures, rows, next, report, notes, verdictText, advice, kernels, timings } = result;
  const { width, paint, top } = layout;
  const kind = kernels.join(', ');
  const head = `${file}: ${countWords(marks.good)} rows marked good, ${countWords(marks.bad)} bad (${labels.from})`;
  const facts: [string, string][] = [
    ['Verdict', verdictText],
    ...notes.map((note, i): [string, string] => [i === 0 ? 'Note' : '', note]),
    ['Next', advice],
    ...(rows.length > 0 ? ([['Time', `${ms(timings.teachMs)} to teach and test, ${ms(timings.rankMs)} to rank ${rowsWords(rows.length)}; ${countWords(timings.rowsRun)} run through the model`]] as [string, string][]) : []),
  ];
  const part = (lines: string[]) => (lines.length > 0 ? ['', ...lines] : []);
  return [
    paint.bold(neutralise(head)),
    ...part(rankingLines(result, labels, top, layout)),
    ...part(figures ? figureLines(figures, kind, layout) : []),
    ...part(report ? reportLines(report, kind, layout) : []),
    ...part(factLines(facts.map(([name, value]): [string, string] => [name, neutralise(value)]), layout)),
    ...part(next.length > 0 ? ['Rows to mark next', ...grid(['line', 'why', 'answer'], next.map(({ line, index, reason }) => [String(line), reason, labels.preview(index)]), width, paint, 1)] : []),
    ...part(faultLines(labels.faults).flatMap((line) => wrap(neutralise(line), width))),
  ];
}

function rankingLines({ rows, chance, next }: TeachResult, { preview }: Labels, top: number, { width, paint }: TeachLayout): string[] {
  if (rows.length === 0) return [];
  const shown = [...rows].sort((a, b) => a.rank - b.rank).slice(0, top);
  const withP = chance !== null;
  const header = ['rank', 'line', 'yours', ...(withP ? ['p'] : []), 'mark', 'answer'];
  const cells = shown.map((row) => [
    `${row.flagged ? '*' : ''}${countWords(row.rank)}`,
    String(row.line),
    percentileWords(row.percentile),
    ...(withP ? [row.p === null ? '-' : rateWords(row.p)] : []),
    row.mark ?? (next.some(({ index }) => index === row.index) ? 'mark?' : '-'),
    preview(row.index),
  ]);
  const legend = ['yours: percentile among the rows of this file', ...(withP ? [`*: flagged, p <= ${rateWords(chance.alpha)} against held-out rows marked good`] : [`no p: it takes ${MIN_ORDINARY} rows marked good, and a probe that the folds show to work`])];
  return [...grid(header, cells, width, paint, withP ? 5 : 4), ...wrap(legend.join('; '), width - 2).map((line) => paint.dim(`  ${line}`))];
}

function figureLines({ auroc, residualised, nullBand, tfidf, loss, length, folds, groups, groupedBy }: TaughtFigures, kind: string, { width, paint }: TeachLayout): string[] {
  const line = (name: string, estimate: Estimate | null) => [name, estimateWords(estimate)];
  const cells = [
    line(`taught (${kind})`, auroc),
    line('  loss and length out', residualised),
    ['  null band', twoDecimals(nullBand)],
    line('TF-IDF, same marks', tfidf),
    line('loss', loss),
    line('length', length),
  ];
  return [
    ...grid([`Held out by ${groupedBy}: ${countWords(groups)} in ${folds} folds`, 'AUROC'], cells, width, paint, 2),
    ...wrap(`Null band: 95 % of probes taught on the same marks with labels permuted stay within it on either side of .5. Intervals from drawing ${groupedBy}s with replacement.`, width - 2).map((text) => paint.dim(`  ${text}`)),
  ];
}

function reportLines(report: readonly TeachReportRow[], kind: string, { width, paint }: TeachLayout): string[] {
  if (report.length === 0) return [];
  const grids = report.map(({ marks, groups }) => ({
    header: [`${countWords(marks)} marks`, ...groups.map(({ name, bad, good }) => `${name} (${bad}/${good})`)],
    rows: alternatives(kind).map(([name, key]) => [name, ...groups.map((group) => estimateWords(group[key]))]),
  }));
  const legend = `AUROC on the labelled rows of other questions (bad/good left), never on marked ones. TF-IDF taught on the same marks; the persona card saw none. Mean of ${report[0]!.draws} draws of marks, half good and half bad; intervals cover draws and questions.`;
  return [...grids.flatMap((part, i) => [...(i > 0 ? [''] : []), ...gridLines(part, width, paint)]), ...wrap(legend, width - 2).map((text) => paint.dim(`  ${text}`))];
}

function alternatives(kind: string): [string, 'taught' | 'tfidf' | 'card' | 'loss' | 'length'][] {
  return [
    [`taught (${kind})`, 'taught'],
    ['TF-IDF, same marks', 'tfidf'],
    ['persona card', 'card'],
    ['loss', 'loss'],
    ['length', 'length'],
  ];
}

/** Columns before `text` are right-aligned, the others too but for names; the last is cut to fit. */
function grid(header: string[], cells: string[][], width: number, paint: Paint, text: number): string[] {
  const all = [header, ...cells].map((line) => line.map(neutralise));
  const widths = header.map((_, i) => Math.max(...all.map((line) => textWidth(line[i]!))));
  return all.map((line, l) => {
    const joined = line.map((cell, i) => (isName(header[i]!, i, text) ? padEnd(cell, widths[i]!) : padStart(cell, widths[i]!))).join(gap);
    const cut = truncate(joined.trimEnd(), width);
    return l === 0 ? paint.dim(cut) : cut;
  });
}

function isName(name: string, column: number, text: number): boolean {
  return column >= text ? name === 'answer' || name === 'why' : name.startsWith('Held out') || (column === 1 && name === 'why');
}

function faultLines(faults: readonly string[]): string[] {
  if (faults.length === 0) return [];
  const rest = faults.length - shownFaults;
  return [`${faults.length === 1 ? '1 label' : `${countWords(faults.length)} labels`} could not be used:`, ...faults.slice(0, shownFaults), ...(rest > 0 ? [`and ${countWords(rest)} more`] : [])];
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : countWords(value)} ms`;
}
