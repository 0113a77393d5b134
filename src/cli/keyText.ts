import { type Block, countWords, left, right, shareWords, twoDecimals } from '../core/report';
import type { Estimate } from '../core/types';
import type { KeyEvaluation, KeyGroup, RankingResult } from './evaluateKey';
import { neutralise } from './terminal/neutralise';
import type { Paint } from './terminal/colour';
import { padEnd, padStart, textWidth, truncate, wrap } from './terminal/width';

const shownFaults = 10;
const gap = 3;

/** Names in the first column, a group of bad rows in each other one. */
interface Grid {
  header: string[];
  rows: string[][];
}

/** An evaluation against a key for a terminal: the figures, then what they mean. */
export function keyLines(evaluation: KeyEvaluation, { width, paint }: { width: number; paint: Paint }): string[] {
  const wrapped = (text: string) => {
    const indent = text.startsWith(' ') ? '  ' : '';
    return wrap(neutralise(text.trimStart()), width - indent.length).map((line) => indent + line);
  };
  return [
    ...wrapped(headline(evaluation)).map(paint.bold),
    ...gridLines(gridOf(evaluation), width, paint),
    ...wrapped(evaluation.groups.length > 0 ? legendWords : noEvaluation),
    ...sentences(evaluation).flatMap((text) => wrapped(text)),
    ...faultLines(evaluation).flatMap((text) => wrapped(text)),
  ];
}

/** The same for a report. */
export function keyBlocks(evaluation: KeyEvaluation): Block[] {
  const { header, rows } = gridOf(evaluation);
  return [
    { kind: 'heading', level: 3, text: 'Against the key' },
    { kind: 'paragraph', text: headline(evaluation) },
    ...(rows.length > 0 ? [{ kind: 'table', header: header.map((text, i) => (i === 0 ? left(text) : right(text))), rows } as const, { kind: 'paragraph', text: legendWords } as const] : []),
    { kind: 'list', items: [...(rows.length > 0 ? [] : [noEvaluation]), ...sentences(evaluation), ...faultLines(evaluation)] },
  ];
}

const legendWords =
  'AUROC with 95 % intervals from 1,000 resamples of rows: the chance that a bad row scores above a good one, .5 is guessing. Null band: 95 % of null probes stay within it on either side of .5. FPR: share of good rows taken for bad.';
const noEvaluation = 'The key needs good and bad rows of this file: nothing can be compared.';

function headline({ good, bad, unkeyed, groups }: KeyEvaluation): string {
  const named = groups.length > 1 ? groups.slice(1) : groups.filter(({ name }) => name !== 'all bad');
  const kinds = named.length > 0 ? ` (${named.map((group) => `${countWords(group.bad)} ${group.name}`).join(', ')})` : '';
  return `Key: ${countWords(good)} good and ${countWords(bad)} bad rows${kinds}${unkeyed > 0 ? `, ${countWords(unkeyed)} scored rows without a label` : ''}`;
}

function gridOf({ groups, rankings }: KeyEvaluation): Grid {
  if (groups.length === 0) return { header: [], rows: [] };
  const ranking = (result: RankingResult): string[] => [rankingName(result), ...result.auroc.map(estimateWords)];
  const line = (name: string, value: (group: KeyGroup) => string): string[] => [name, ...groups.map(value)];
  const first = rankings.filter(({ role }) => role === 'deciding' || role === 'residualised');
  const rest = rankings.filter(({ role }) => role !== 'deciding' && role !== 'residualised');
  return {
    header: ['AUROC', ...groups.map(({ name }) => name)],
    rows: [
      ...first.map(ranking),
      ...(groups.some(({ nullBand }) => nullBand !== null) ? [line('  null band', ({ nullBand }) => (nullBand === null ? '-' : twoDecimals(nullBand)))] : []),
      ...rest.map(ranking),
      line('found at FPR 1 %', ({ truePositives }) => shareWords(truePositives.at1)),
      line('found at FPR 5 %', ({ truePositives }) => shareWords(truePositives.at5)),
      ...(groups.some(({ flagged }) => flagged) ? [line('flagged', ({ flagged, bad }) => `${flagged!.flagged} of ${bad}`), line('missed', ({ flagged, bad }) => `${flagged!.missed} of ${bad}`)] : []),
    ],
  };
}

function rankingName({ name, role }: RankingResult): string {
  if (role === 'deciding') return `${name} (decides)`;
  return role === 'residualised' ? `  ${name}` : name;
}

export function estimateWords(estimate: Estimate | null): string {
  return estimate ? `${twoDecimals(estimate.value)} [${twoDecimals(estimate.low)}, ${twoDecimals(estimate.high)}]` : '-';
}

/** The grid, in several pieces where the kinds do not fit side by side. */
export function gridLines({ header, rows }: Grid, width: number, paint: Paint): string[] {
  if (header.length === 0) return [];
  const cells = [header, ...rows].map((line) => line.map(neutralise));
  const nameWidth = Math.min(38, Math.max(...cells.map(([name]) => textWidth(name!))));
  const widths = header.map((_, i) => Math.min(30, Math.max(...cells.map((line) => textWidth(line[i]!)))));
  const perPiece = Math.max(1, Math.floor((width - nameWidth) / (Math.max(...widths.slice(1)) + gap)));
  const lines: string[] = [];
  for (let from = 1; from < header.length; from += perPiece) {
    const columns = widths.slice(from, from + perPiece).map((w, i) => ({ at: from + i, width: w }));
    if (from > 1) lines.push('');
    cells.forEach((line, i) => {
      const text = [padEnd(truncate(line[0]!, nameWidth), nameWidth), ...columns.map((column) => padStart(truncate(line[column.at]!, column.width), column.width))].join(' '.repeat(gap));
      lines.push(i === 0 ? paint.dim(text) : text);
    });
  }
  return lines;
}

/** What the figures mean, kind by kind: what is not found is said, and so is a cheaper way that does as well. */
function sentences(evaluation: KeyEvaluation): string[] {
  const { groups, rankings, falseFlags } = evaluation;
  const deciding = rankings.find(({ role }) => role === 'deciding');
  const judged = groups.length > 1 ? groups.map((group, i) => ({ group, i })).slice(1) : groups.map((group, i) => ({ group, i }));
  const lines = judged.map(({ group, i }) => {
    const area = deciding?.auroc[i];
    return area ? `${group.name}: ${findingWords(group, area)}${group.found === 'found' ? residualWords(rankings, i) : ''}${cheaperWords(rankings, i, area)}.` : `${group.name}: cannot be compared, as not every row has a score.`;
  });
  if (falseFlags) lines.push(`False flags: ${countWords(falseFlags.flagged)} of ${countWords(falseFlags.of)} good rows${falseFlags.of > 0 ? ` (${shareWords(falseFlags.flagged / falseFlags.of)})` : ''}.`);
  return lines;
}

function findingWords({ found, nullBand }: KeyGroup, area: Estimate): string {
  const figures = `AUROC ${twoDecimals(area.value)}${nullBand === null ? '' : `, null band ${twoDecimals(nullBand)}`}`;
  switch (found) {
    case 'found':
      return nullBand === null ? `ranked above good rows (${figures}), but without null probes to compare with` : `found (${figures})`;
    case 'not found':
      return `not found (${figures}): this probe does not tell these rows from good ones`;
    case 'reversed':
      return `not found (${figures}): these rows rank below the good ones`;
    case 'unknown':
      return 'cannot be compared';
  }
}

/** A probe that finds rows only by how surprising or long they are says so. */
function residualWords(rankings: RankingResult[], group: number): string {
  const area = rankings.find(({ role }) => role === 'residualised')?.auroc[group];
  return area && area.low <= 0.5 ? `; with loss and length regressed out only ${twoDecimals(area.value)}` : '';
}

function cheaperWords(rankings: RankingResult[], group: number, { value }: Estimate): string {
  const cheap = rankings.filter(({ role }) => role === 'text' || role === 'loss' || role === 'length');
  const asGood = cheap.filter(({ auroc }) => (auroc[group]?.value ?? 0) >= value).map(({ name, auroc }) => `${name} alone reaches ${twoDecimals(auroc[group]!.value)}`);
  return asGood.length > 0 ? `; ${asGood.join(', ')}` : '';
}

function faultLines({ faults }: KeyEvaluation): string[] {
  if (faults.length === 0) return [];
  const rest = faults.length - shownFaults;
  return [`Of the key ${faults.length === 1 ? '1 line' : `${countWords(faults.length)} lines`} could not be used:`, ...faults.slice(0, shownFaults).map((fault) => `  ${fault}`), ...(rest > 0 ? [`  and ${countWords(rest)} more`] : [])];
}
