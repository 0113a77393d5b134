import { chanceExpectation } from '../calibrate/chance';
import { MIN_ORDINARY } from '../calibrate/level';
import { ascending, percentileOf, quantile } from '../calibrate/percentile';
import { type Block, blocksOf } from '../probe/folds';
import { signedLabels } from '../probe/permute';
import type { LabelledHash, TaughtRow, TeachResult } from '../types';
import { crossConformalP } from './crossConformal';
import { solveDual } from './dualRidge';
import type { TeachFeatures } from './features';
import { type HeldOutMarks, heldOutMarks } from './figures';
import { findingOf, missingWords, shownWords, taughtWords } from './finding';
import { chooseLambda, type MarkedSystem } from './heldOut';
import { type MarkedRow, type MarkedRows, markedRows, missingMarks } from './marks';
import { nextRows } from './nextRows';
import { type MarkedSystems, markedSystems, scoresOf } from './system';

/** Rows with p at or under this are flagged. */
export const ALPHA = 0.05;

/** A probe taught on all marks, in the dual. */
export interface TaughtProbeFit {
  rows: number[];
  alpha: Float64Array;
  bias: number;
  lambda: number;
}

export interface Taught {
  marked: MarkedRow[];
  systems: MarkedSystems;
  fit: TaughtProbeFit;
  heldOut: HeldOutMarks;
  blocks: Block[];
  /** What its folds show, in words. */
  shown: string;
}

export type Teaching = Omit<TeachResult, 'file' | 'report' | 'timings'> & {
  taught: Taught | null;
  /** Milliseconds. */
  teachMs: number;
  rankMs: number;
};

/** Everything that is random is drawn under this seed: the same marks give the same numbers. */
export const SEED = 'taught';

/** Teaches a probe on marks and ranks every row with it; with too few marks it says how many are missing, and offers rows to mark. */
export function teach(features: TeachFeatures, marks: readonly LabelledHash[]): Teaching {
  const { rows, kernels, notes } = features;
  const placed = markedRows(rows, marks);
  const count = (wanted: 'good' | 'bad') => placed.marked.filter(({ label }) => label === wanted).length;
  const counts = { good: count('good'), bad: count('bad'), elsewhere: placed.elsewhere };
  const missing = missingMarks(placed.marked);
  const common = { marks: counts, missing, kernels: kernels.map(({ id }) => id), notes: [...notes, ...elsewhereNote(placed)] };
  if (missing.good + missing.bad > 0) return { ...common, ...tooFew(features, placed, missing) };

  const started = performance.now();
  const blocks = blocksOf(placed.marked, SEED);
  const systems = markedSystems(features, placed.marked);
  const heldOut = heldOutMarks(features, systems, placed, blocks, SEED);
  const fit = fitMarks(systems.all, placed.marked, blocks);
  const taughtAt = performance.now();
  const finding = findingOf(heldOut.figures);
  const calibrates = finding === 'shown' && counts.good >= MIN_ORDINARY;
  const ranked = rank(features, placed, fit, heldOut, calibrates);
  const rankedAt = performance.now();
  const flagged = ranked.filter((row) => row.flagged).length;
  const chance = calibrates ? chanceExpectation({ n: counts.good, m: rows.length - placed.marked.length, alpha: ALPHA, flagged }) : null;
  const shown = shownWords({ finding, figures: heldOut.figures, marks: counts });
  const { text, advice } = taughtWords({ finding, shown, marks: counts, flagged, chance });
  return {
    ...common,
    figures: heldOut.figures,
    finding,
    level: calibrates ? 'taught' : 'ranked',
    verdictText: text,
    advice,
    flagged,
    chance,
    rows: ranked,
    next: ranked.filter(({ next }) => next !== null).sort((a, b) => a.rank - b.rank).map(({ index, line, hash, next }) => ({ index, line, hash, reason: next! })),
    taught: { marked: placed.marked, systems, fit, heldOut, blocks, shown },
    teachMs: taughtAt - started,
    rankMs: rankedAt - taughtAt,
  };
}

/** The probe of all marks; lambda by folds inside. */
export function fitMarks(system: MarkedSystem, marked: readonly MarkedRow[], blocks: readonly Block[]): TaughtProbeFit {
  const lambda = chooseLambda(system, blocks);
  const { alphas, biases } = solveDual(system.gram, marked.length, lambda, [system.labels]);
  return { rows: marked.map(({ row }) => row), alpha: alphas[0]!, bias: biases[0]!, lambda };
}

/** Scores, ranks, percentiles and, where it calibrates, p of all rows. */
function rank(features: TeachFeatures, { marked, labels }: MarkedRows, fit: TaughtProbeFit, { folds, scores: heldOutScores }: HeldOutMarks, calibrates: boolean): TaughtRow[] {
  const { rows } = features;
  const rowOf = marked.map(({ row }) => row);
  const probes = [fit, ...(calibrates ? folds.map(({ training, alpha, bias }) => ({ rows: training.map((mark) => rowOf[mark]!), alpha, bias })) : [])];
  const scores = scoresOf(features, probes);
  const values = Float64Array.from(rows, (_, r) => scores[r * probes.length]!);
  const foldScores = new Float64Array(rows.length * folds.length);
  if (calibrates) for (let r = 0; r < rows.length; r++) for (let f = 0; f < folds.length; f++) foldScores[r * folds.length + f] = scores[r * probes.length + 1 + f]!;
  const p = calibrates ? crossConformalP(folds, foldScores, signedLabels(marked), rowOf) : null;
  const sorted = ascending(values);
  const ranks = ranksOf(values);
  const next = new Map(
    nextRows({ values, boundary: boundaryOf(heldOutScores, marked), questions: rows.map(({ question }) => question), isMarked: (row) => labels.has(row) }).map(({ row, reason }) => [row, reason]),
  );
  return rows.map(({ index, line, hash }, r) => {
    const own = labels.has(r) ? null : (p?.[r] ?? null);
    return { index, line, hash, value: values[r]!, percentile: percentileOf(sorted, values[r]!), rank: ranks[r]!, p: own, flagged: own !== null && own <= ALPHA, mark: labels.get(r) ?? null, next: next.get(r) ?? null };
  });
}

/** Half-way between held-out good and bad marks. */
function boundaryOf(scores: Float64Array, marked: readonly MarkedRow[]): number {
  const mean = (wanted: 'good' | 'bad') => {
    const own = scores.filter((_, i) => marked[i]!.label === wanted);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  };
  return (mean('good') + mean('bad')) / 2;
}

/** 1 for the highest; of equals the earlier row first. */
function ranksOf(values: Float64Array): Uint32Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const ranks = new Uint32Array(values.length);
  order.forEach((row, i) => (ranks[row] = i + 1));
  return ranks;
}

/** Rows to begin with: the top of the card's ranking, and its middle. */
function tooFew({ rows }: TeachFeatures, { labels }: MarkedRows, missing: { good: number; bad: number }) {
  const values = rows.map(({ cardScore }) => cardScore);
  const next = rows.length === 0 ? [] : nextRows({ values, boundary: quantile(ascending(values), 0.5), questions: rows.map(({ question }) => question), isMarked: (row) => labels.has(row) });
  return {
    figures: null,
    finding: null,
    level: 'ranked' as const,
    verdictText: missingWords(missing),
    advice: 'Mark rows from the top of the ranking and from its middle.',
    flagged: 0,
    chance: null,
    rows: [],
    next: next.map(({ row, reason }) => ({ index: rows[row]!.index, line: rows[row]!.line, hash: rows[row]!.hash, reason })),
    taught: null,
    teachMs: 0,
    rankMs: 0,
  };
}

function elsewhereNote({ elsewhere }: MarkedRows): string[] {
  return elsewhere === 0 ? [] : [`${elsewhere} ${elsewhere === 1 ? 'mark is' : 'marks are'} on rows that are not in this file (edited or moved since) and ${elsewhere === 1 ? 'is' : 'are'} not used`];
}
