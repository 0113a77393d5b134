import { blocksOf, foldsOf, rowsOf } from './folds';
import { countFeatures } from './textFeatures';
import { loadText, scoreCounts } from './textModel';
import { type TextRow, trainOnCounts } from './trainText';

/** Scores of the text models of the other domains, `[rows]`. */
export function textHeldOut(rows: readonly TextRow[], seed: number | string): Float64Array {
  const counts = rows.map((row) => countFeatures(row.text));
  const scores = new Float64Array(rows.length);
  for (const fold of foldsOf(blocksOf(rows, seed))) {
    const training = rowsOf(fold.training);
    const data = trainOnCounts(
      training.map((row) => rows[row]!),
      training.map((row) => counts[row]!),
    );
    const model = loadText(data);
    for (const row of rowsOf(fold.heldOut)) scores[row] = scoreCounts(model, counts[row]!);
  }
  return scores;
}
