import { auroc } from '../probe/auroc';
import { middle95, resampledAurocs } from '../probe/bootstrap';
import { blocksOf, groupBy } from '../probe/folds';
import { type Random, seeded } from '../probe/random';
import type { Estimate, LabelledHash, MarkLabel, TeachReportRow } from '../types';
import type { TeachFeatures } from './features';
import type { MarkedSystem } from './heldOut';
import { type MarkedRow, markedRows } from './marks';
import { markedSystems, scoresOf } from './system';
import { fitMarks, SEED } from './teach';

/** Rows of a kind that must be left to read it on. */
const LEAST_LEFT = 5;

/** Sets of marks drawn for each number, and resamples of questions for each set. */
const DRAWS = 20;
const RESAMPLES = 50;

/** Rows judged together: bad ones of a kind, or all, against all good ones. */
interface Group {
  name: string;
  rows: MarkedRow[];
}

type Column = 'taught' | 'tfidf' | 'loss' | 'length' | 'card';

/**
 * What teaching on `sizes` marks reaches: half good, half bad, drawn question by question, and read on labelled rows of other
 * questions only. Beside it TF-IDF taught on the same marks, and on the same rows the loss, the length and the persona card. A figure
 * is the mean over draws; its interval holds the middle 95 % over draws and resampled questions.
 */
export function teachReport(features: TeachFeatures, labels: readonly LabelledHash[], sizes: readonly number[]): { rows: TeachReportRow[]; notes: string[] } {
  const { marked } = markedRows(features.rows, labels);
  const notes: string[] = [];
  const rows = sizes.flatMap((size): TeachReportRow[] => {
    const draws = Array.from({ length: DRAWS }, (_, draw) => drawMarks(marked, size, seeded(SEED, `report ${size}/${draw}`)));
    const usable = draws.filter((draw) => draw !== null);
    if (usable.length < DRAWS) {
      notes.push(`${size} marks: not enough good and bad labelled rows of different questions to teach on as many and have ${LEAST_LEFT} of each left`);
      return [];
    }
    return [reportRow(features, size, usable)];
  });
  return { rows, notes };
}

interface Draw {
  marks: MarkedRow[];
  /** Labelled rows of other questions. */
  others: MarkedRow[];
}

function drawMarks(marked: readonly MarkedRow[], size: number, random: Random): Draw | null {
  const open: Record<MarkLabel, number> = { good: Math.floor(size / 2), bad: Math.ceil(size / 2) };
  const questions = random.shuffle([...groupBy(marked, ({ question }) => question).values()]);
  const marks: MarkedRow[] = [];
  const others: MarkedRow[] = [];
  for (const question of questions) {
    const taken = random.shuffle([...question]).filter(({ label }) => open[label]-- > 0);
    if (taken.length > 0) marks.push(...taken);
    else others.push(...question);
  }
  const left = (label: MarkLabel) => others.filter((row) => row.label === label).length;
  return open.good <= 0 && open.bad <= 0 && left('good') >= LEAST_LEFT && left('bad') >= LEAST_LEFT ? { marks, others } : null;
}

function reportRow(features: TeachFeatures, size: number, draws: readonly Draw[]): TeachReportRow {
  const read = draws.map(({ marks, others }) => ({ others, columns: columnsOf(features, marks, others) }));
  const kinds = [...new Set(draws.flatMap(({ others }) => others.filter(({ label }) => label === 'bad').map(({ kind }) => kind)))].sort();
  const enough = (kind: string) => read.every(({ others }) => others.filter((row) => row.kind === kind).length >= LEAST_LEFT);
  const names = ['all bad', ...(kinds.length > 1 ? kinds.filter(enough) : [])];
  return {
    marks: size,
    draws: draws.length,
    groups: names.map((name) => {
      const parts = read.map(({ others, columns }) => ({ columns, group: groupOf(name, others) }));
      const estimate = (column: Column) => estimateOver(parts.map(({ columns, group }) => ({ group, values: columns[column] })), `${size}/${name}`);
      const count = (label: MarkLabel) => Math.round(parts.reduce((sum, { group }) => sum + group.rows.filter((row) => row.label === label).length, 0) / parts.length);
      return { name, bad: count('bad'), good: count('good'), taught: estimate('taught')!, tfidf: estimate('tfidf')!, loss: estimate('loss'), length: estimate('length')!, card: estimate('card')! };
    }),
  };
}

/** Scores by row of the file; null where a row has none. */
function columnsOf(features: TeachFeatures, marks: readonly MarkedRow[], others: readonly MarkedRow[]): Record<Column, (row: number) => number | null> {
  const blocks = blocksOf(marks, SEED);
  const systems = markedSystems(features, marks);
  const taughtOn = (kernels: TeachFeatures['kernels'], system: MarkedSystem) => {
    const scores = scoresOf({ rows: features.rows, kernels }, [fitMarks(system, marks, blocks)]);
    return (row: number) => scores[row]!;
  };
  const lossKnown = others.every(({ row }) => features.rows[row]!.loss !== null);
  return {
    taught: taughtOn(features.kernels, systems.all),
    tfidf: taughtOn([features.text], systems.text),
    loss: (row) => (lossKnown ? features.rows[row]!.loss : null),
    length: (row) => features.rows[row]!.responseTokens,
    card: (row) => features.rows[row]!.cardScore,
  };
}

function groupOf(name: string, others: readonly MarkedRow[]): Group {
  return { name, rows: others.filter(({ label, kind }) => label === 'good' || name === 'all bad' || kind === name) };
}

function estimateOver(parts: readonly { group: Group; values: (row: number) => number | null }[], seed: string): Estimate | null {
  const areas: number[] = [];
  const resampled: number[] = [];
  for (const [draw, { group, values }] of parts.entries()) {
    const scores = group.rows.map(({ row }) => values(row));
    if (scores.some((score) => score === null)) return null;
    const part = { scores: scores as number[], bad: group.rows.map(({ label }) => (label === 'bad' ? 1 : 0)), group: group.rows.map(({ question }) => question) };
    areas.push(auroc(part.scores, part.bad));
    resampled.push(...resampledAurocs(part, { seed: `${SEED}/${seed}/${draw}`, resamples: RESAMPLES }));
  }
  const [low, high] = middle95(Float64Array.from(resampled));
  return { value: areas.reduce((sum, area) => sum + area, 0) / areas.length, low, high };
}
