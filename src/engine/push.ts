import { lossPieces, lossValues } from '../core/model';
import { poolInput } from '../core/onnx';
import type { TokenizedRecord } from '../core/types';
import { pushValues } from './graphs';
import type { Feed, OrtSession } from './ortSession';
import type { PackedBatch } from './packedBatch';
import { predictionsOf } from './pooling';

/** What the reverse pass gives for a record. */
export interface RecordPush {
  hash: string;
  /** Minus the gradient of the loss summed over response tokens, summed over all positions, over the number of response tokens: `[dModel]`. */
  push: Float32Array;
  /** Mean negative log-likelihood a response token, nats; NaN where none has a predecessor. */
  loss: number;
}

/** Tokens, padded, that the backward pass takes at a time: what it keeps for each is some 30 values of the width of the residual stream a block. */
export const pushBudget = 1024;

/** Runs of records that the backward pass takes at a time, at least one record each. */
export function pushBatches(records: TokenizedRecord[]): TokenizedRecord[][] {
  const batches: TokenizedRecord[][] = [];
  let longest = 0;
  for (const record of records) {
    const batch = batches.at(-1);
    longest = Math.max(longest, record.ids.length);
    if (batch && longest * (batch.length + 1) <= pushBudget) batch.push(record);
    else {
      batches.push([record]);
      longest = record.ids.length;
    }
  }
  return batches;
}

/** Runs the push graph over a batch. */
export async function runPush(session: Pick<OrtSession, 'run'>, records: TokenizedRecord[], batch: PackedBatch, dModel: number): Promise<RecordPush[]> {
  const { feeds, predicted } = pushFeeds(records, batch);
  const output = await session.run(feeds, [lossValues.nll, pushValues.pooled]);
  const pooled = output[pushValues.pooled]!.data as Float32Array;
  const nll = output[lossValues.nll]!.data as Float32Array;
  let next = 0;
  return records.map(({ hash }, row) => {
    const count = predicted[row]!;
    const losses = nll.subarray(next, (next += count));
    return { hash, push: pooled.slice(row * dModel, (row + 1) * dModel), loss: count ? losses.reduce((sum, value) => sum + value, 0) / count : NaN };
  });
}

/** The gradient at every position of one record, minus and over the number of response tokens, `[tokens, dModel]`: the push vector before it is summed. */
export async function runTokenPush(session: Pick<OrtSession, 'run'>, record: TokenizedRecord, batch: PackedBatch): Promise<Float32Array> {
  const { feeds, predicted } = pushFeeds([record], batch);
  const gradient = (await session.run(feeds, [pushValues.gradient]))[pushValues.gradient]!.data as Float32Array;
  return gradient.map((value) => -value / Math.max(1, predicted[0]!));
}

function pushFeeds(records: TokenizedRecord[], { feeds, starts, tokens }: PackedBatch): { feeds: Record<string, Feed>; predicted: number[] } {
  const all = predictionsOf(records, starts);
  const predicted = records.map(() => 0);
  const positions = Math.max(1, Math.ceil(all.length / lossPieces)) * lossPieces;
  const predict = new BigInt64Array(positions);
  const target = new BigInt64Array(positions);
  const weight = new Float32Array(positions);
  all.forEach(({ row, packed, token }, i) => {
    predicted[row]!++;
    predict[i] = BigInt(packed);
    target[i] = BigInt(token);
    weight[i] = 1;
  });
  const pooling = new Float32Array(records.length * tokens);
  records.forEach(({ ids }, row) => {
    const start = row * tokens + starts[row]!;
    pooling.fill(-1 / Math.max(1, predicted[row]!), start, start + ids.length);
  });
  return {
    feeds: {
      ...feeds,
      [lossValues.predict]: { data: predict, dims: [positions] },
      [lossValues.target]: { data: target, dims: [positions] },
      [lossValues.weight]: { data: weight, dims: [positions] },
      [poolInput]: { data: pooling, dims: [records.length, tokens] },
    },
    predicted,
  };
}
