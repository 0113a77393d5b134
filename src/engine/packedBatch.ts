import { packedInputs } from '../core/model';
import type { TokenizedRecord } from '../core/types';
import type { Feed } from './ortSession';

/** Rows as the graphs take them: all tokens in one line, with the maps to and from the padded form that attention needs. */
export interface PackedBatch {
  feeds: Record<string, Feed>;
  /** Where each row's tokens begin in the packed line. */
  starts: number[];
  tokens: number;
}

export function packBatch(records: TokenizedRecord[]): PackedBatch {
  const rows = records.length;
  const time = Math.max(...records.map(({ ids }) => ids.length));
  const tokens = records.reduce((sum, { ids }) => sum + ids.length, 0);
  const ids = new BigInt64Array(tokens);
  const padIndex = new BigInt64Array(rows * time);
  const unpadIndex = new BigInt64Array(tokens);
  const lastPosition = new Int32Array(rows);
  const starts: number[] = [];
  let start = 0;
  records.forEach((record, row) => {
    const length = record.ids.length;
    starts.push(start);
    lastPosition[row] = length - 1;
    for (let t = 0; t < time; t++) padIndex[row * time + t] = BigInt(start + Math.min(t, length - 1));
    for (let t = 0; t < length; t++) {
      ids[start + t] = BigInt(record.ids[t]!);
      unpadIndex[start + t] = BigInt(row * time + t);
    }
    start += length;
  });
  return {
    starts,
    tokens,
    feeds: {
      [packedInputs.ids]: { data: ids, dims: [tokens] },
      [packedInputs.padIndex]: { data: padIndex, dims: [rows * time] },
      [packedInputs.unpadIndex]: { data: unpadIndex, dims: [tokens] },
      [packedInputs.batchShape]: { data: BigInt64Array.of(BigInt(rows), BigInt(time)), dims: [2] },
      [packedInputs.lastPosition]: { data: lastPosition, dims: [rows] },
      [packedInputs.longest]: { data: Int32Array.of(time), dims: [1] },
    },
  };
}
