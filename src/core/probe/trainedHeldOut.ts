import { foldsOf, rowsOf } from './folds';
import { type HeldOutScores, scatter } from './heldOut';
import { dot } from './linearForm';
import { scoreMatrix } from './scoreMatrix';
import type { ProbeTrainer } from './trainer';

/** The trained probe: in every fold input and lambda are chosen and weights and permuted-label nulls fitted on the other domains. */
export function trainedHeldOut(trainer: ProbeTrainer): HeldOutScores {
  const rows = trainer.blocks.reduce((sum, block) => sum + block.rows.length, 0);
  const out: HeldOutScores = { scores: new Float64Array(rows), nulls: [], notes: [] };
  for (const fold of foldsOf(trainer.blocks)) {
    const fit = trainer.fit(fold.training);
    const units = trainer.unitsOf(fit.choice.input);
    const d = fit.mean.length;
    const nulls = fit.nulls.map((w, at) => w / fit.scale[at % d]!);
    const form = fit.weights.map((w, i) => w / fit.scale[i]!);
    const indices = rowsOf(fold.heldOut);
    const bias = fit.bias - dot(form, fit.mean);
    for (const row of indices) out.scores[row] = dot(units[row]!, form) + bias;
    const nullScores = scoreMatrix(
      indices.map((row) => units[row]!),
      { count: nulls.length / d, weights: nulls, biases: new Float64Array(nulls.length / d), unit: false },
    );
    scatter(out.nulls, nullScores, nulls.length / d, indices, rows);
    out.notes.push(`held out ${fold.name}: ${fit.choice.input}, lambda ${fit.choice.lambda} x the mean eigenvalue`);
  }
  return out;
}
