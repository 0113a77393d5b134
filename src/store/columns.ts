import type { Layout } from './layout';

/** What a segment holds. Each kind is written when its pass ran; a row's kinds are merged when it is read. */
export type SegmentKind = 'vectors' | 'losses' | 'pushes';

export const segmentKinds: readonly SegmentKind[] = ['vectors', 'losses', 'pushes'];

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

/** Hook points are numbered in the layout's order: their names have dots, which many Parquet tools read as nesting. */
export function columnsOf(kind: SegmentKind, { hookPoints, dModel }: Layout): Column[] {
  if (kind === 'losses') return [hash, { name: 'loss', type: 'DOUBLE' }];
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
  losses: { hash: 'SHA-256 of the record', loss: 'mean negative log-likelihood a response token, nats' },
  pushes: {
    hash: 'SHA-256 of the record',
    push_N:
      'minus the gradient of the summed response loss with respect to the residual stream at hookPoints[N], summed over all positions, over the number of response tokens: dModel[N] little-endian halves, times the scale column',
  },
};
