import type { VectorKey } from '../core/types';
import { canonicalJson } from '../base/hash';
import { hashBytes, type Table } from './table';

/** A row's loss, which a later pass over the same model gives. */
export interface RowLoss {
  hash: string;
  loss: number;
}

export function lossesTable(key: VectorKey, rows: RowLoss[]): Table {
  const once = [...new Map(rows.map((row) => [row.hash, row])).values()];
  return {
    kind: 'losses',
    key: canonicalJson(key),
    layout: { hookPoints: [], dModel: [] },
    columns: [once.map(({ hash }) => hashBytes(hash)), once.map(({ loss }) => loss)],
  };
}
