import { evaluate } from '../probe/evaluate';
import { type Block, foldsOf, questionKey } from '../probe/folds';
import { permutedLabels } from '../probe/permute';
import type { TaughtFigures } from '../types';
import type { TeachFeatures } from './features';
import { heldOutScores, type TaughtFold } from './heldOut';
import type { MarkedRow, MarkedRows } from './marks';
import type { MarkedSystems } from './system';

export const NULLS = 200;

export interface HeldOutMarks {
  /** null where nothing can be held out: a kind of mark stands in one group alone. */
  figures: TaughtFigures | null;
  folds: TaughtFold[];
  /** Held-out score of each mark. */
  scores: Float64Array;
}

/** What held-out marks reach, beside TF-IDF taught on the same folds, the loss and the length. */
export function heldOutMarks({ rows: fileRows }: Pick<TeachFeatures, 'rows'>, systems: MarkedSystems, { marked, groupedBy }: MarkedRows, blocks: readonly Block[], seed: string): HeldOutMarks {
  const nulls = permutedLabels(marked, NULLS, seed);
  const own = heldOutScores(systems.all, blocks, nulls);
  if (!everyFoldHasBoth(marked, blocks)) return { figures: null, folds: own.folds, scores: own.scores };
  const text = heldOutScores(systems.text, blocks);
  const losses = marked.map(({ row }) => fileRows[row]!.loss);
  const lossKnown = losses.every((loss) => loss !== null && Number.isFinite(loss));
  const evaluated = marked.map((mark, i) => ({ ...mark, loss: lossKnown ? losses[i]! : 0, responseTokens: fileRows[mark.row]!.responseTokens }));
  const { rows } = evaluate(evaluated, own, text.scores, { seed });
  const { auroc, residualised, nullBand, tfidf, loss, length } = rows.at(-1)!;
  return {
    figures: {
      groupedBy,
      groups: new Set(marked.map(groupedBy === 'source' ? ({ domain }: MarkedRow) => domain : questionKey)).size,
      folds: own.folds.length,
      auroc,
      residualised: lossKnown ? residualised : null,
      nullBand,
      tfidf,
      loss: lossKnown ? loss : null,
      length,
    },
    folds: own.folds,
    scores: own.scores,
  };
}

function everyFoldHasBoth(marked: readonly MarkedRow[], blocks: readonly Block[]): boolean {
  const folds = foldsOf(blocks);
  return folds.length >= 2 && folds.every(({ training }) => new Set(training.flatMap(({ rows }) => rows.map((row) => marked[row]!.label))).size === 2);
}
