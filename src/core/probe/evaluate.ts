import type { Estimate, EvaluationRow } from '../types';
import { auroc } from './auroc';
import { bootstrapAuroc, middle95, type RankedPart } from './bootstrap';
import { type GroupedRow, groupBy, questionKey } from './folds';
import type { HeldOutScores } from './heldOut';
import { TrainError } from './labels';
import { residualise } from './residualise';

export interface EvaluatedRow extends GroupedRow {
  /** What kind of bad row it is. */
  kind: string;
  /** Mean NLL a response token, nats. */
  loss: number;
  responseTokens: number;
}

export interface EvaluateOptions {
  seed: number | string;
  /** Bootstrap resamples of questions. */
  resamples?: number;
}

export interface Evaluation {
  rows: EvaluationRow[];
  byKind: { kind: string; auroc: Estimate }[];
  /** Domains that could not be read, and why. */
  notes: string[];
}

/**
 * What held-out scores reach, domain by domain, beside TF-IDF (`text`, held out alike), the loss alone and the length alone, all
 * with high meaning bad: an AUROC under .5 says that bad rows are lower. "Residualised" is the AUROC of the score's least-squares residual on
 * [1, loss, ln response tokens] over the domain's rows. Row "all" is the mean of the domains' AUROCs, domains weighted equally. Intervals
 * draw questions with replacement within domain. Domains of a single label are named in the notes.
 */
export function evaluate(rows: readonly EvaluatedRow[], heldOut: HeldOutScores, text: ArrayLike<number>, options: EvaluateOptions): Evaluation {
  const unread = rows.filter((row) => !Number.isFinite(row.loss)).length;
  if (unread > 0) throw new TrainError('loss-missing', `The evaluation stands beside the loss, and ${unread} of ${rows.length} rows have none: run the loss pass first.`);
  const domains = [...groupBy([...rows.keys()], (row) => rows[row]!.domain)];
  const readable = domains.filter(([, indices]) => new Set(indices.map((row) => rows[row]!.label)).size === 2);
  const columns = columnsOf(rows, heldOut, text, readable.map(([, indices]) => indices));
  const make = (domain: string, parts: number[][]) => evaluationRow(domain, parts, rows, columns, heldOut.nulls, options);
  return {
    rows: [...readable.map(([domain, indices]) => make(domain, [indices])), ...(readable.length > 1 ? [make('all', readable.map(([, indices]) => indices))] : [])],
    byKind: kindsOf(rows, heldOut.scores, readable.map(([, indices]) => indices), options),
    notes: domains.filter((domain) => !readable.includes(domain)).map(([domain]) => `${domain} holds one label only and was not read`),
  };
}

type Columns = Record<'auroc' | 'residualised' | 'tfidf' | 'loss' | 'length', ArrayLike<number>>;

function columnsOf(rows: readonly EvaluatedRow[], { scores }: HeldOutScores, text: ArrayLike<number>, parts: number[][]): Columns {
  const loss = Float64Array.from(rows, (row) => row.loss);
  const length = Float64Array.from(rows, (row) => Math.log(row.responseTokens));
  const residualised = new Float64Array(rows.length);
  for (const part of parts) {
    const residual = residualise(pick(scores, part), [pick(loss, part), pick(length, part)]);
    part.forEach((row, i) => (residualised[row] = residual[i]!));
  }
  return { auroc: scores, residualised, tfidf: text, loss, length };
}

function evaluationRow(domain: string, parts: number[][], rows: readonly EvaluatedRow[], columns: Columns, nulls: readonly Float64Array[], options: EvaluateOptions): EvaluationRow {
  const estimate = (scores: ArrayLike<number>) => bootstrapAuroc(parts.map((part) => rankedPart(rows, scores, part)), { ...options, seed: `${options.seed}/${domain}` })!;
  return {
    domain,
    pairs: parts.reduce((sum, part) => sum + pairsIn(rows, part), 0),
    auroc: estimate(columns.auroc),
    residualised: estimate(columns.residualised),
    nullBand: nullBand(rows, parts, nulls),
    tfidf: estimate(columns.tfidf),
    loss: estimate(columns.loss),
    length: estimate(columns.length),
  };
}

/** 97.5th percentile of |AUROC - .5| + .5 over null probes, each averaged over the parts; 1 where there are no nulls, as nothing can then be beyond chance. */
function nullBand(rows: readonly EvaluatedRow[], parts: number[][], nulls: readonly Float64Array[]): number {
  if (nulls.length === 0) return 1;
  const distances = nulls.map((scores) => {
    const areas = parts.map((part) => auroc(pick(scores, part), part.map((row) => (rows[row]!.label === 'bad' ? 1 : 0))));
    return Math.abs(areas.reduce((sum, area) => sum + area, 0) / areas.length - 0.5) + 0.5;
  });
  return middle95(Float64Array.from(distances))[1];
}

/** Bad rows of one kind against all good rows of the domains in which it stands, domains weighted equally. */
function kindsOf(rows: readonly EvaluatedRow[], scores: Float64Array, parts: number[][], options: EvaluateOptions): Evaluation['byKind'] {
  const kinds = new Set(parts.flat().filter((row) => rows[row]!.label === 'bad').map((row) => rows[row]!.kind));
  return [...kinds].sort().map((kind) => {
    const compared = parts
      .filter((part) => part.some((row) => rows[row]!.label === 'bad' && rows[row]!.kind === kind))
      .map((part) => part.filter((row) => rows[row]!.label === 'good' || rows[row]!.kind === kind));
    return { kind, auroc: bootstrapAuroc(compared.map((part) => rankedPart(rows, scores, part)), { ...options, seed: `${options.seed}/kind ${kind}` })! };
  });
}

function rankedPart(rows: readonly EvaluatedRow[], scores: ArrayLike<number>, part: number[]): RankedPart {
  return {
    scores: pick(scores, part),
    bad: part.map((row) => (rows[row]!.label === 'bad' ? 1 : 0)),
    group: part.map((row) => questionKey(rows[row]!)),
  };
}

/** Good and bad rows of the same question that can be put side by side. */
function pairsIn(rows: readonly EvaluatedRow[], part: number[]): number {
  const questions = [...groupBy(part, (row) => questionKey(rows[row]!)).values()];
  return questions.reduce((sum, question) => {
    const bad = question.filter((row) => rows[row]!.label === 'bad').length;
    return sum + Math.min(bad, question.length - bad);
  }, 0);
}

function pick(values: ArrayLike<number>, indices: readonly number[]): Float64Array {
  return Float64Array.from(indices, (row) => values[row]!);
}
