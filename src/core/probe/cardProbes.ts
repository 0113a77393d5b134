import type { DirectionProbe, HookPoint, LatentProbe, ProbeEvidence, ProbeInput, TrainedProbe } from '../types';
import { contrastDirection, randomDirections } from './contrast';
import { directionHeldOut } from './directionHeldOut';
import { evaluate } from './evaluate';
import type { HeldOutScores } from './heldOut';
import { readInput } from './input';
import { type CardMeasure, evaluated, grouped, type LabelledRow } from './labelledRow';
import { latentMeansAt } from './latent';
import { latentEffects } from './latentEffects';
import { latentHeldOut } from './latentHeldOut';
import { sameDensityLatents, topLatents } from './latents';
import { pack } from './pack';
import { trainedHeldOut } from './trainedHeldOut';
import { ProbeTrainer } from './trainer';

/** What all probes of a card are made with. */
export interface ProbeMaking {
  rows: readonly LabelledRow[];
  hookPoint: HookPoint;
  /** Held-out scores of the text model, `[rows]`. */
  text: Float64Array;
  seed: number;
  nulls: number;
  resamples: number;
}

const FOLDS = 'Leave one domain out (with a single domain: groups of questions); intervals from drawing questions with replacement.';

export function makeTrained(making: ProbeMaking, measure: CardMeasure, inputs: readonly ProbeInput[], lambdas?: readonly number[]): TrainedProbe {
  const { rows, hookPoint, seed, nulls } = making;
  const trainer = new ProbeTrainer(
    rows.map(grouped),
    inputs.map((input) => ({ input, vectors: rows.map((row) => readInput(row.vectors, { measure, hookPoint, input })) })),
    { seed, nulls, ...(lambdas && { lambdas }) },
  );
  const fit = trainer.fit(trainer.blocks);
  const d = fit.mean.length;
  const { choice } = fit;
  const method = `${FOLDS} Ridge on labels; input and lambda chosen inside the training domains; nulls: the same training with labels permuted within domain and question.`;
  const evidence = evidenceOf(making, method, trainedHeldOut(trainer));
  const inner = choice.auroc === null ? 'nothing could be held out to choose them' : `inner AUROC ${choice.auroc.toFixed(3)}`;
  evidence.notes.push(`all rows: ${choice.input}, lambda ${choice.lambda} x the mean eigenvalue (${inner})`);
  return {
    kind: 'trained',
    id: measure === 'activation' ? 'trained' : `trained-${measure.replace('+', '-')}`,
    name: measure === 'activation' ? 'Trained probe' : `Trained probe on ${measure.replace('+', ' and ')}`,
    measure,
    hookPoint,
    input: choice.input,
    sign: 1,
    weights: pack(fit.weights, [d], 'f32'),
    mean: pack(fit.mean, [d], 'f32'),
    scale: pack(fit.scale, [d], 'f32'),
    bias: fit.bias,
    lambda: choice.lambda,
    nulls: { kind: 'permuted labels', count: nulls, weights: pack(fit.nulls, [nulls, d], 'f16') },
    evidence,
  };
}

export function makeDirection(making: ProbeMaking, measure: CardMeasure, input: ProbeInput): DirectionProbe {
  const { rows, hookPoint, seed, nulls } = making;
  const groups = rows.map(grouped);
  const vectors = rows.map((row) => readInput(row.vectors, { measure, hookPoint, input }));
  const among = [...rows.keys()];
  const direction = contrastDirection(groups, vectors, among);
  const d = direction.length;
  const method = `${FOLDS} Mean of bad rows minus mean of good rows; nulls: random directions with the rows' covariance.`;
  return {
    kind: 'direction',
    id: measure === 'activation' ? 'contrast' : `contrast-${measure}`,
    name: measure === 'activation' ? 'Contrast direction' : `Contrast direction on ${measure}`,
    measure,
    hookPoint,
    input,
    sign: 1,
    direction: pack(direction, [d], 'f32'),
    nulls: { kind: 'random directions', count: nulls, directions: pack(randomDirections(vectors, among, nulls, seed), [nulls, d], 'f16') },
    evidence: evidenceOf(making, method, directionHeldOut(groups, vectors, nulls, seed)),
  };
}

/** The latents that rise and that fall most clearly on bad rows, `eachSign` of either. */
export function makeLatents(making: ProbeMaking, sae: { name: string; sha256: string }, eachSign: number): LatentProbe[] {
  const { rows, hookPoint, seed, nulls } = making;
  const groups = rows.map(grouped);
  const means = rows.map((row) => latentMeansAt(row.vectors, hookPoint));
  const effects = latentEffects(groups, means, [...rows.keys()]);
  const { risers, fallers } = topLatents(effects, rows.length, eachSign);
  const chosen = new Set([...risers, ...fallers].map((latent) => latent.latent));
  const method = `${FOLDS} In each fold the latent of this place is chosen on the other domains; nulls: latents of about the same density.`;
  return [risers, fallers].flatMap((side) =>
    side.map(({ latent, sign, effect, density }, place): LatentProbe => {
      const like = sameDensityLatents(effects.density, latent, chosen, nulls, seed);
      const evidence = evidenceOf(making, method, latentHeldOut(groups, means, { sign, place }, nulls, seed));
      evidence.notes.push(`all rows: latent ${latent}, effect ${effect.toFixed(3)} (paired t on a scale of -1 to 1), active in ${(100 * density).toFixed(0)} % of rows`);
      return {
        kind: 'latent',
        id: `latent-${latent}`,
        name: `SAE latent ${latent} (${sign === 1 ? 'rises' : 'falls'} on bad rows)`,
        measure: 'activation',
        hookPoint,
        input: 'response',
        sign,
        sae,
        latent,
        nulls: { kind: 'latents of the same density', count: like.length, latents: like },
        evidence,
      };
    }),
  );
}

function evidenceOf({ rows, text, seed, resamples }: ProbeMaking, method: string, heldOut: HeldOutScores): ProbeEvidence {
  const { rows: table, byKind, notes } = evaluate(rows.map(evaluated), heldOut, text, { seed, resamples });
  return { method, rows: table, byKind, notes: [...notes, ...heldOut.notes] };
}
