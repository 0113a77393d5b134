import { canonicalJson } from '../base/hash';
import { columnsOf, type SegmentKind } from './columns';
import type { Layout } from './layout';

/** A value as it stands in a Parquet column. */
export type Cell = Uint8Array | number | null;

/** The rows of a segment, still encoded: one array a column, in the order of `columnsOf`. */
export interface Table {
  kind: SegmentKind;
  /** The VectorKey as canonical JSON. */
  key: string;
  layout: Layout;
  columns: Cell[][];
}

export function rowsOf({ columns }: Pick<Table, 'columns'>): number {
  return columns[0]?.length ?? 0;
}

export const layoutId = ({ kind, layout }: Pick<Table, 'kind' | 'layout'>): string => canonicalJson({ kind, layout });

/** Rows of several tables of one layout, none twice: the first stays. Halves are copied, not decoded. */
export function concatTables(tables: Table[]): Table {
  const [first] = tables;
  if (!first || tables.some((table) => layoutId(table) !== layoutId(first) || table.key !== first.key)) throw new Error('tables of one key and layout are needed');
  const seen = new Set<string>();
  const columns = columnsOf(first.kind, first.layout).map((): Cell[] => []);
  for (const table of tables) {
    for (let row = 0; row < rowsOf(table); row++) {
      const hash = hexOf(table.columns[0]![row] as Uint8Array);
      if (seen.has(hash)) continue;
      seen.add(hash);
      for (let column = 0; column < columns.length; column++) columns[column]!.push(table.columns[column]![row]!);
    }
  }
  return { ...first, columns };
}

export function hashBytes(hash: string): Uint8Array {
  if (!isHash(hash)) throw new Error(`"${hash}" is not a SHA-256 in hexadecimal`);
  return Buffer.from(hash, 'hex');
}

export const isHash = (hash: string): boolean => /^[0-9a-f]{64}$/.test(hash);

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
