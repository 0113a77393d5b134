import { type GroupedRow, ProbeTrainer, auroc, foldsOf, rowsOf, trainedHeldOut } from '../../core/probe';

/** How well the training domains hold apart after a block: each is read by a probe trained on the others. */
export interface BlockSeparation {
  block: number;
  /** Mean over the held-out domains. */
  auroc: number;
}

/** What the default card's probe found good in general: lambda as a multiple of the mean eigenvalue. */
const lambda = 10;

/**
 * Held-out separation after every block, on response means.
 * @param means of each row the means after every block, `[rows][blocks][dModel]`
 */
export function separations(rows: readonly GroupedRow[], means: readonly Float32Array[][], seed: number): BlockSeparation[] {
  const blocks = means[0]?.length ?? 0;
  return Array.from({ length: blocks }, (_, block) => {
    const trainer = new ProbeTrainer(rows, [{ input: 'response', vectors: means.map((row) => row[block]!) }], { seed, lambdas: [lambda], nulls: 0 });
    const { scores } = trainedHeldOut(trainer);
    const held = foldsOf(trainer.blocks).map(({ heldOut }) => {
      const indices = rowsOf(heldOut);
      return auroc(indices.map((row) => scores[row]!), indices.map((row) => (rows[row]!.label === 'bad' ? 1 : 0)));
    });
    return { block, auroc: held.reduce((sum, value) => sum + value, 0) / held.length };
  });
}

/** The block of the best separation; of equals the one nearest the middle, where the residual stream is least about tokens. */
export function bestBlock(found: readonly BlockSeparation[]): BlockSeparation {
  const middle = (found.length - 1) / 2;
  return found.reduce((best, candidate) => {
    if (candidate.auroc !== best.auroc) return candidate.auroc > best.auroc ? candidate : best;
    return Math.abs(candidate.block - middle) < Math.abs(best.block - middle) ? candidate : best;
  });
}
