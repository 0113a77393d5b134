import type { ProbeInput } from '../types';
import { auroc } from './auroc';
import { type Block, blocksOf, foldsOf, type GroupedRow, groupBy, rowsOf } from './folds';
import { dot, unitFactor } from './linearForm';
import { BlockMoments } from './moments';
import { requireBothLabels } from './labels';
import { permutedLabels, signedLabels } from './permute';
import { ridgeSystem } from './ridge';
import type { RidgeSystem } from './ridgeParts';

/** Multiples of the mean eigenvalue. */
export const LAMBDAS: readonly number[] = [1, 3, 10, 30, 100];
/** Taken where nothing can be held out to choose one; notes/science.md found it good in general. */
const FALLBACK_LAMBDA = 10;

export interface TrainOptions {
  seed: number | string;
  lambdas?: readonly number[];
  /** Null probes: the same training with permuted labels. */
  nulls?: number;
}

/** The same rows under one of the inputs that a probe may read, `[dModel]` each, not normalised. */
export interface TrainingInput {
  input: ProbeInput;
  vectors: readonly ArrayLike<number>[];
}

/** What inner cross-validation chose, inside the training rows only. */
export interface Choice {
  input: ProbeInput;
  lambda: number;
  /** Mean inner held-out AUROC; null where nothing could be held out. */
  auroc: number | null;
}

/** score = sum_i weights_i (u_i - mean_i) / scale_i + bias over the unit vector u. */
export interface TrainedWeights {
  choice: Choice;
  weights: Float64Array;
  mean: Float64Array;
  scale: Float64Array;
  bias: number;
  /** `[nulls, dModel]`, each of unit norm, as only their order of rows matters. */
  nulls: Float64Array;
}

interface Candidate {
  input: ProbeInput;
  units: Float64Array[];
  moments: BlockMoments;
}

/** Trains on any subset of blocks, remembering what inner folds share: leaving {a, b} out serves both a's and b's tuning. */
export class ProbeTrainer {
  readonly blocks: Block[];
  private readonly labels: Int8Array;
  private readonly bad: Uint8Array;
  private readonly candidates: Candidate[];
  private readonly lambdas: readonly number[];
  private readonly permuted: Int8Array[];
  private readonly innerScores = new Map<string, number>();

  constructor(rows: readonly GroupedRow[], inputs: readonly TrainingInput[], { seed, lambdas = LAMBDAS, nulls = 200 }: TrainOptions) {
    requireBothLabels(rows);
    this.blocks = blocksOf(rows, seed);
    this.labels = signedLabels(rows);
    this.bad = Uint8Array.from(this.labels, (label) => (label > 0 ? 1 : 0));
    this.permuted = permutedLabels(rows, nulls, seed);
    this.lambdas = [...lambdas].sort((a, b) => b - a);
    this.candidates = inputs.map(({ input, vectors }) => {
      const units = vectors.map(unitVector);
      return { input, units, moments: new BlockMoments(units) };
    });
  }

  /** The input and lambda of the best mean inner AUROC; of equals the first input and the larger lambda. */
  choose(training: readonly Block[]): Choice {
    const folds = foldsOf(training).filter((fold) => this.hasBothLabels(fold.heldOut) && this.hasBothLabels(fold.training));
    const fallback = this.lambdas.includes(FALLBACK_LAMBDA) ? FALLBACK_LAMBDA : this.lambdas[0]!;
    let best: Choice = { input: this.candidates[0]!.input, lambda: fallback, auroc: null };
    if (folds.length === 0) return best;
    for (const candidate of this.candidates) {
      for (const lambda of this.lambdas) {
        const value = folds.reduce((sum, fold) => sum + this.innerAuroc(candidate, lambda, fold.training, fold.heldOut), 0) / folds.length;
        if (best.auroc === null || value > best.auroc + 1e-12) best = { input: candidate.input, lambda, auroc: value };
      }
    }
    return best;
  }

  fit(training: readonly Block[], choice: Choice = this.choose(training)): TrainedWeights {
    const candidate = this.candidateOf(choice.input);
    const system = ridgeSystem(candidate.units, training, candidate.moments);
    const solved = system.solve(choice.lambda, [this.labels, ...this.permuted]);
    const d = system.mean.length;
    const nulls = solved.weights.slice(d);
    for (let j = 0; j < this.permuted.length; j++) toUnit(nulls.subarray(j * d, (j + 1) * d));
    return { choice, weights: solved.weights.slice(0, d), mean: system.mean, scale: system.scale, bias: solved.biases[0]!, nulls };
  }

  /** Unit vectors of all rows under an input. */
  unitsOf(input: ProbeInput): readonly Float64Array[] {
    return this.candidateOf(input).units;
  }

  private candidateOf(input: ProbeInput): Candidate {
    return this.candidates.find((candidate) => candidate.input === input)!;
  }

  private hasBothLabels(blocks: readonly Block[]): boolean {
    return new Set(rowsOf(blocks).map((row) => this.labels[row])).size === 2;
  }

  /** All lambdas of one left-out set are computed together and kept for both domains that may be read on it. */
  private innerAuroc(candidate: Candidate, lambda: number, training: readonly Block[], heldOut: readonly Block[]): number {
    const name = (l: number, blocks: readonly Block[]) => JSON.stringify([candidate.input, l, this.numbers(training), this.numbers(blocks)]);
    if (!this.innerScores.has(name(lambda, heldOut))) {
      const inTraining = new Set(training);
      const outside = [...groupBy(this.blocks.filter((block) => !inTraining.has(block)), (block) => block.domain).values()];
      const system = ridgeSystem(candidate.units, training, candidate.moments);
      for (const l of this.lambdas) {
        const { weights } = system.solve(l, [this.labels]);
        for (const blocks of [heldOut, ...outside]) this.innerScores.set(name(l, blocks), this.aurocOn(candidate, system, weights, blocks));
      }
    }
    return this.innerScores.get(name(lambda, heldOut))!;
  }

  private aurocOn(candidate: Candidate, { scale }: RidgeSystem, weights: Float64Array, blocks: readonly Block[]): number {
    const rows = rowsOf(blocks);
    const form = weights.map((w, i) => w / scale[i]!);
    const scores = rows.map((row) => dot(candidate.units[row]!, form));
    return auroc(
      scores,
      rows.map((row) => this.bad[row]!),
    );
  }

  private numbers(blocks: readonly Block[]): number[] {
    return blocks.map((block) => this.blocks.indexOf(block)).sort((a, b) => a - b);
  }
}

function unitVector(vector: ArrayLike<number>): Float64Array {
  const factor = unitFactor(vector);
  return Float64Array.from(vector, (value) => value * factor);
}

function toUnit(vector: Float64Array): void {
  const factor = unitFactor(vector);
  for (let i = 0; i < vector.length; i++) vector[i]! *= factor;
}
