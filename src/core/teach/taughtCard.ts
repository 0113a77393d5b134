import { permutedLabels } from '../probe/permute';
import { pack } from '../probe/pack';
import { BUCKETS } from '../probe/textFeatures';
import type { EvidenceRow, HookPoint, PersonaCard, TaughtPart, TaughtProbe } from '../types';
import { solveDual } from './dualRidge';
import type { TeachFeatures } from './features';
import type { DualProbe } from './kernel';
import type { VectorKernel } from './vectorKernel';
import { fitMarks, SEED, type Taught, type TaughtProbeFit, type Teaching } from './teach';

/** Null probes that a card carries; each weighs as much as the probe itself. */
const NULLS = 50;

export interface TaughtCardOptions {
  /** Name of the file, without its folder. */
  file: string;
  fileSha256: string;
  model: PersonaCard['model'];
  hookPoint: HookPoint;
  /** When, ISO 8601. */
  made: string;
  software: string;
}

/** A taught probe as a card: what scores rows of any file, where it was taught and what its folds showed. */
export function taughtCard(features: TeachFeatures, teaching: Teaching, taught: Taught, { file, fileSha256, model, hookPoint, made, software }: TaughtCardOptions): PersonaCard {
  const { marks, finding, kernels } = teaching;
  const nulls = nullFits(taught);
  const text = fitMarks(taught.systems.text, taught.marked, taught.blocks);
  const probe: TaughtProbe = {
    kind: 'taught',
    id: 'taught',
    name: `Taught on ${file}`,
    measure: 'activation',
    hookPoint,
    input: 'response',
    sign: 1,
    ...formOf(features, taught.fit, nulls),
    lambda: taught.fit.lambda,
    evidence: evidenceOf(teaching),
    taught: { file, good: marks.good, bad: marks.bad, finding: finding!, verdict: taught.shown },
  };
  return {
    format: 'persona-lens-card',
    version: 1,
    name: `taught on ${file}`,
    description: `A probe on ${kernels.join(', ')}, ${taught.shown}.`,
    model,
    probes: [probe],
    default: { probe: probe.id, measure: probe.measure },
    text: { buckets: BUCKETS, idf: features.text.packedIdf, weights: pack(features.text.form(text), [BUCKETS], 'f16'), bias: text.bias },
    provenance: { made, data: [{ path: file, sha256: fileSha256, rows: marks.good + marks.bad }], seed: 0, software },
    validatedOn: finding === 'shown' ? [`held-out marks of ${file}`] : [],
    blindSpots: ['Taught on one file: on another its percentiles are context, and what it reaches there is not known.', 'What the marks do not show it cannot see.'],
  };
}

/** The same teaching with the marks' labels permuted. */
function nullFits({ marked, fit, systems }: Taught): TaughtProbeFit[] {
  const { alphas, biases } = solveDual(systems.all.gram, marked.length, fit.lambda, permutedLabels(marked, NULLS, SEED));
  return alphas.map((alpha, i) => ({ ...fit, alpha, bias: biases[i]! }));
}

function formOf(features: TeachFeatures, fit: TaughtProbeFit, nulls: readonly TaughtProbeFit[]): Pick<TaughtProbe, 'parts' | 'bias' | 'nulls'> {
  const biases = [fit, ...nulls].map(({ bias }) => bias);
  const parts = features.vectors.map((kernel): TaughtPart => {
    const forms = [fit, ...nulls].map((probe) => kernel.form(probe));
    forms.forEach(({ bias }, i) => (biases[i]! += bias));
    return vectorPart(kernel, forms.map(({ weights }) => weights));
  });
  return {
    parts: [...parts, textPart(features, fit, nulls)],
    bias: biases[0]!,
    nulls: { kind: 'permuted marks', count: nulls.length, biases: biases.slice(1) },
  };
}

function vectorPart({ id }: VectorKernel, [own, ...nulls]: Float64Array[]): TaughtPart {
  const d = own!.length;
  return { kernel: id, weights: pack(own!, [d], 'f32'), nulls: pack(nulls.flatMap((weights) => [...weights]), [nulls.length, d], 'f16') };
}

function textPart({ text }: TeachFeatures, fit: DualProbe, nulls: readonly DualProbe[]): TaughtPart {
  const own = text.form(fit);
  // Nulls have other signs on the same rows, so other weights on the same buckets; all that any of them has is kept.
  const forms = nulls.map((probe) => text.form(probe));
  const support = [...own.keys()].filter((bucket) => own[bucket] !== 0 || forms.some((weights) => weights[bucket] !== 0));
  const kept = support.length > 0 ? support : [0];
  return {
    kernel: 'text',
    idf: text.packedIdf,
    support: pack(kept, [kept.length], 'f32'),
    weights: pack(kept.map((bucket) => own[bucket]!), [kept.length], 'f32'),
    nulls: pack(forms.flatMap((weights) => kept.map((bucket) => weights[bucket]!)), [forms.length, kept.length], 'f16'),
  };
}

function evidenceOf({ figures, notes }: Teaching): TaughtProbe['evidence'] {
  const row = figures && {
    domain: 'all',
    // Marks are counted by question.
    pairs: 0,
    auroc: figures.auroc,
    residualised: figures.residualised,
    nullBand: figures.nullBand,
    tfidf: figures.tfidf,
    loss: figures.loss,
    length: figures.length,
  } satisfies EvidenceRow;
  const by = figures ? `${figures.folds} folds by ${figures.groupedBy} over ${figures.groups} ${figures.groupedBy}s` : 'no folds';
  return {
    method: `Held-out marks, ${by}; ridge in the dual, lambda chosen inside the training folds; nulls: the same with the marks' labels permuted; intervals from drawing ${figures?.groupedBy ?? 'question'}s with replacement.`,
    rows: row ? [row] : [],
    byKind: [],
    notes: [...notes],
  };
}
