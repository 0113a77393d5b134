import type { SparseMeans } from '../types';
import { blocksOf, foldsOf, type GroupedRow, rowsOf } from './folds';
import { type HeldOutScores, scatter } from './heldOut';
import { latentMean } from './latent';
import { latentEffects } from './latentEffects';
import { sameDensityLatents, topLatents } from './latents';

/** The latent of a given sign and place (0: the clearest) as the other domains choose it, and others of its density there. */
export function latentHeldOut(rows: readonly GroupedRow[], means: readonly SparseMeans[], which: { sign: 1 | -1; place: number }, nulls: number, seed: number | string): HeldOutScores {
  const out: HeldOutScores = { scores: new Float64Array(rows.length), nulls: [], notes: [] };
  for (const fold of foldsOf(blocksOf(rows, seed))) {
    const training = rowsOf(fold.training);
    const effects = latentEffects(rows, means, training);
    const { risers, fallers } = topLatents(effects, training.length, which.place + 1);
    const chosen = (which.sign === 1 ? risers : fallers)[which.place];
    if (chosen === undefined) {
      out.notes.push(`held out ${fold.name}: no latent was clear enough`);
      continue;
    }
    const indices = rowsOf(fold.heldOut);
    for (const row of indices) out.scores[row] = which.sign * latentMean(means[row]!, chosen.latent);
    const like = sameDensityLatents(effects.density, chosen.latent, new Set(), nulls, `${seed}/${fold.name}`);
    const nullScores = new Float64Array(indices.length * like.length);
    indices.forEach((row, r) => like.forEach((latent, j) => (nullScores[r * like.length + j] = which.sign * latentMean(means[row]!, latent))));
    scatter(out.nulls, nullScores, like.length, indices, rows.length);
    out.notes.push(`held out ${fold.name}: latent ${chosen.latent}`);
  }
  return out;
}
