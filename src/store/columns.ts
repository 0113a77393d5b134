import type { Layout } from './layout';

/**
 * What a segment holds. Each kind is written when its pass ran; a row's kinds are merged when it is read. Vectors, losses and pushes stand under a
 * VectorKey, what was made of them with a card and a reference set under a ScoreKey.
 */
export type SegmentKind = 'vectors' | 'losses' | 'pushes' | 'scores' | 'pushscores' | 'spans' | 'references';

export const segmentKinds: readonly SegmentKind[] = ['vectors', 'losses', 'pushes', 'scores', 'pushscores', 'spans', 'references'];

/** Rows a group: what is read and checked to get one row. Scores are small, and a file's are asked for together. */
export const groupRows: Record<SegmentKind, number> = { vectors: 128, losses: 128, pushes: 128, scores: 1024, pushscores: 1024, spans: 128, references: 128 };

export interface Column {
  name: string;
  type: 'FIXED_LEN_BYTE_ARRAY' | 'BYTE_ARRAY' | 'INT32' | 'FLOAT' | 'DOUBLE';
  /** Of a FIXED_LEN_BYTE_ARRAY, in bytes. */
  bytes?: number;
  /** Null where a row has none. */
  optional?: boolean;
}

/** The means that are a column of halves and a column of scales a hook point. */
export const vectorNames = ['activation', 'prompt', 'last'] as const;

const hash: Column = { name: 'hash', type: 'FIXED_LEN_BYTE_ARRAY', bytes: 32 };

const probeColumns: Column[] = [
  { name: 'values', type: 'BYTE_ARRAY' },
  { name: 'beyond', type: 'BYTE_ARRAY' },
];

/** Of the kinds that have the same columns under every key. */
const fixedColumns = {
  losses: [hash, { name: 'loss', type: 'DOUBLE' }],
  scores: [
    hash,
    { name: 'tokens', type: 'INT32' },
    { name: 'rejected_tokens', type: 'INT32' },
    { name: 'response_tokens', type: 'INT32' },
    ...probeColumns,
    { name: 'deciding_beyond', type: 'BYTE_ARRAY' },
    { name: 'text', type: 'DOUBLE', optional: true },
    { name: 'sides', type: 'BYTE_ARRAY', optional: true },
    { name: 'turns', type: 'BYTE_ARRAY' },
    { name: 'latents', type: 'BYTE_ARRAY' },
  ],
  pushscores: [hash, ...probeColumns],
  spans: [hash, { name: 'agreeing', type: 'BYTE_ARRAY' }],
  references: [hash, { name: 'values', type: 'BYTE_ARRAY' }],
} satisfies Partial<Record<SegmentKind, Column[]>>;

/** Hook points are numbered in the layout's order: their names have dots, which many Parquet tools read as nesting. */
export function columnsOf(kind: SegmentKind, { hookPoints, dModel }: Layout): Column[] {
  if (kind in fixedColumns) return fixedColumns[kind as keyof typeof fixedColumns];
  if (kind === 'pushes') return [hash, ...hookPoints.flatMap((_, hook) => vectorColumns('push', hook, dModel[hook]!))];
  return [
    hash,
    { name: 'tokens', type: 'INT32' },
    { name: 'response_tokens', type: 'INT32' },
    { name: 'loss', type: 'DOUBLE', optional: true },
    ...hookPoints.flatMap((_, hook): Column[] => [
      ...(dModel[hook] === 0 ? [] : vectorNames).flatMap((name) => vectorColumns(name, hook, dModel[hook]!)),
      { name: `latents_${hook}`, type: 'BYTE_ARRAY', optional: true },
    ]),
    { name: 'per_turn', type: 'BYTE_ARRAY' },
  ];
}

const vectorColumns = (name: string, hook: number, dModel: number): Column[] => [
  { name: `${name}_${hook}`, type: 'FIXED_LEN_BYTE_ARRAY', bytes: 2 * dModel, optional: true },
  { name: `${name}_${hook}_scale`, type: 'FLOAT', optional: true },
];

/** For whoever opens a segment with another tool: stands in its key-value metadata. */
export const encodings: Record<SegmentKind, Record<string, string>> = {
  vectors: {
    hash: 'SHA-256 of the record',
    tokens: 'tokens of the record, after truncation',
    response_tokens: 'tokens that train',
    loss: 'mean negative log-likelihood a response token, nats',
    'activation_N, prompt_N, last_N': 'residual stream at hookPoints[N] (response mean, prompt mean, last response token): dModel[N] little-endian halves, times the scale column',
    latents_N:
      'SAE latent means: varints bytes an index (2 or 4), count, gaps (each index less the one before less one); then an fp32 scale and the halves',
    per_turn:
      'one a response turn: varints turn, response tokens, number of hook points; then for each a varint N, an fp32 scale and dModel[N] halves. Empty where the record has one response turn',
  },
  scores: {
    hash: 'SHA-256 of the record; of a preference pair, of both records\' hashes with a space between them',
    'tokens, rejected_tokens': 'tokens of the record that is scored, and of the rejected one (0 without), after truncation',
    response_tokens: 'tokens that train',
    values: 'score under each probe of the card: little-endian fp64, NaN where it has none yet',
    beyond: 'by probe, how many of its null probes put the row beyond their own 95th reference percentile: little-endian uint16',
    deciding_beyond: 'which null probes of the deciding probe do so: a bit each, lowest first',
    text: 'score of the text classifier',
    sides: 'of a preference pair, the chosen and the rejected record under the deciding probe: fp64',
    turns: 'one a response turn under the deciding probe: a varint turn, an fp64 score',
    latents: 'the strongest latents: a varint index, an fp32 mean',
  },
  pushscores: { hash: 'as of scores', 'values, beyond': 'as of scores, under the probes that read push' },
  spans: { hash: 'SHA-256 of the record', agreeing: 'which tokens carry its score, in UTF-16 code units of its turns: JSON' },
  references: { hash: 'SHA-256 of the name of what the reference rows give under the card', values: 'little-endian fp64' },
  losses: { hash: 'SHA-256 of the record', loss: 'mean negative log-likelihood a response token, nats' },
  pushes: {
    hash: 'SHA-256 of the record',
    push_N:
      'minus the gradient of the summed response loss with respect to the residual stream at hookPoints[N], summed over all positions, over the number of response tokens: dModel[N] little-endian halves, times the scale column',
  },
};
