import { sha256 } from '../base/hash';
import type { ScoreKey } from '../core/types';
import { bytesOf, float64s, tableOf } from './scores';
import { type Table, hexOf } from './table';

/** Numbers that a reference set gives under a card, by name. */
export type ReferenceNumbers = ReadonlyMap<string, Float64Array>;

export const referenceHash = (name: string): string => sha256(name);

export const referencesTable = (key: ScoreKey, numbers: ReferenceNumbers): Table =>
  tableOf('references', key, [...numbers].map(([name, values]) => ({ hash: referenceHash(name), values })), ({ values }) => [bytesOf(values)]);

/** By hash of their names. */
export function referencesOf({ columns }: Table, rows: Iterable<number>): [string, Float64Array][] {
  return Array.from(rows, (row) => [hexOf(columns[0]![row] as Uint8Array), float64s(columns[1]![row]!)]);
}
