import { blocksOf, foldsOf, rowsOf } from './folds';
import { loadText, scoreText } from './textModel';
import { type TextRow, trainText } from './trainText';

/** Scores of the text models of the other domains, `[rows]`. */
export function textHeldOut(rows: readonly TextRow[], seed: number | string): Float64Array {
  const scores = new Float64Array(rows.length);
  for (const fold of foldsOf(blocksOf(rows, seed))) {
    const model = loadText(trainText(rowsOf(fold.training).map((row) => rows[row]!)));
    for (const row of rowsOf(fold.heldOut)) scores[row] = scoreText(model, rows[row]!.text);
  }
  return scores;
}
