import type { HookVectors, VectorKey } from '../core/types';
import { canonicalJson } from '../base/hash';
import { columnsOf } from './columns';
import { decodeHalves, encodeHalves } from './halves';
import { type Cell, hashBytes, hexOf, rowsOf, type Table } from './table';

/** A row's push vectors, which a later pass over the same model gives. */
export interface RowPush {
  hash: string;
  push: HookVectors;
}

/** Rows as they are stored; every row has the same hook points. */
export function pushesTable(key: VectorKey, rows: RowPush[]): Table {
  const once = [...new Map(rows.map((row) => [row.hash, row])).values()];
  const hookPoints = Object.keys(once[0]?.push ?? {}).sort();
  const layout = { hookPoints, dModel: hookPoints.map((hookPoint) => once[0]!.push[hookPoint]!.length) };
  const columns = columnsOf('pushes', layout).map((): Cell[] => []);
  for (const { hash, push } of once) {
    const cells = [hashBytes(hash), ...hookPoints.flatMap((hookPoint) => cellsOf(push[hookPoint]!))];
    cells.forEach((cell, column) => columns[column]!.push(cell));
  }
  return { kind: 'pushes', key: canonicalJson(key), layout, columns };
}

/** The rows of a table, or those asked for. */
export function pushesOf({ layout, columns }: Table, rows?: Iterable<number>): RowPush[] {
  return Array.from(rows ?? Array(rowsOf({ columns })).keys(), (row) => ({
    hash: hexOf(columns[0]![row] as Uint8Array),
    push: Object.fromEntries(layout.hookPoints.map((hookPoint, hook) => [hookPoint, decodeHalves({ bytes: columns[1 + 2 * hook]![row] as Uint8Array, scale: columns[2 + 2 * hook]![row] as number })])),
  }));
}

/** Push vectors as a later run will read them from the store: a second round trip changes nothing. */
export function roundTripPush(push: HookVectors): HookVectors {
  return Object.fromEntries(Object.entries(push).map(([hookPoint, values]) => [hookPoint, decodeHalves(encodeHalves(values))]));
}

function cellsOf(values: Float32Array): Cell[] {
  const { bytes, scale } = encodeHalves(values);
  return [bytes, scale];
}
