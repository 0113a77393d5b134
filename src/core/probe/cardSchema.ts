import { z } from 'zod';

/** Bounds that are checked before anything is allocated. */
const MAX_BASE64 = 64 * 2 ** 20;
const MAX_NULLS = 10_000;
const MAX_PROBES = 1_000;

const text = z.string().max(100_000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hexadecimal');
const finite = z.number();
const latent = z.int().min(0).max(2 ** 31);

const packed = z.object({
  dtype: z.enum(['f32', 'f16']),
  shape: z.array(z.int().min(1).max(2 ** 24)).min(1).max(2),
  base64: z.string().max(MAX_BASE64),
});
const estimate = z.object({ value: finite, low: finite, high: finite });
const evidence = z.object({
  method: text,
  rows: z.array(
    z.object({
      domain: text,
      pairs: z.int().min(0),
      auroc: estimate,
      residualised: estimate.nullable(),
      nullBand: finite,
      tfidf: estimate,
      loss: estimate.nullable(),
      length: estimate,
    }),
  ),
  byKind: z.array(z.object({ kind: text, auroc: estimate })),
  notes: z.array(text),
});
const count = z.int().min(1).max(MAX_NULLS);
const base = {
  id: z.string().min(1).max(200),
  name: text,
  measure: z.enum(['activation', 'push', 'activation+push', 'projection-difference', 'trait-likelihood']),
  hookPoint: z.string().min(1).max(200),
  input: z.enum(['response', 'response-minus-prompt', 'last']),
  sign: z.union([z.literal(1), z.literal(-1)]),
  evidence,
};

const trained = z.object({
  ...base,
  kind: z.literal('trained'),
  weights: packed,
  mean: packed,
  scale: packed,
  bias: finite,
  lambda: finite,
  nulls: z.object({ kind: z.literal('permuted labels'), count, weights: packed }),
});
const direction = z.object({
  ...base,
  kind: z.literal('direction'),
  direction: packed,
  nulls: z.object({ kind: z.literal('random directions'), count, directions: packed }),
});
const latentProbe = z.object({
  ...base,
  kind: z.literal('latent'),
  input: z.literal('response'),
  sae: z.object({ name: text, sha256 }),
  latent,
  nulls: z.object({ kind: z.literal('latents of the same density'), count: z.int().min(0).max(MAX_NULLS), latents: z.array(latent).max(MAX_NULLS) }),
});

const taughtPart = z.discriminatedUnion('kernel', [
  z.object({ kernel: z.literal('activation'), weights: packed, nulls: packed }),
  z.object({ kernel: z.literal('push'), weights: packed, nulls: packed }),
  z.object({ kernel: z.literal('text'), idf: packed, support: packed, weights: packed, nulls: packed }),
]);
const taught = z.object({
  ...base,
  kind: z.literal('taught'),
  parts: z.array(taughtPart).min(1).max(3),
  bias: finite,
  lambda: finite,
  nulls: z.object({ kind: z.literal('permuted marks'), count, biases: z.array(finite).max(MAX_NULLS) }),
  taught: z.object({ file: text, good: z.int().min(0), bad: z.int().min(0), finding: z.enum(['shown', 'not beyond chance', 'no better than TF-IDF', 'cannot be held out']), verdict: text }),
});

export const PROBE_KINDS: readonly string[] = ['trained', 'direction', 'latent', 'taught'];

/** Form alone: that sizes agree is checked by cardVectors.ts. Fields that it does not know are dropped. */
export const cardSchema = z.object({
  format: z.literal('persona-lens-card'),
  version: z.literal(1),
  name: text,
  description: text,
  model: z.object({ name: text, sha256 }),
  probes: z.array(z.discriminatedUnion('kind', [trained, direction, latentProbe, taught])).min(1).max(MAX_PROBES),
  default: z.object({ probe: z.string(), measure: base.measure }),
  text: z.object({ buckets: z.int().min(1).max(2 ** 24), idf: packed, weights: packed, bias: finite }).nullable(),
  provenance: z.object({
    made: text,
    data: z.array(z.object({ path: text, sha256, rows: z.int().min(0) })),
    seed: finite,
    software: text,
  }),
  validatedOn: z.array(text),
  blindSpots: z.array(text),
  falseFlags: z.array(z.object({ source: text, rows: z.int().min(1), flagged: z.int().min(0) })).optional(),
});
