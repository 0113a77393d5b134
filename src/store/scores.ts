import { canonicalJson } from '../base/hash';
import type { RowValues, ScoreKey } from '../core/types';
import { ByteCursor, ByteSink } from './bytes';
import type { SegmentKind } from './columns';
import { type Cell, type Table, hashBytes, hexOf } from './table';

/** What is kept of a row under a ScoreKey. `hash` names its record, or both records of a preference pair. */
export interface KeyedValues {
  hash: string;
  values: RowValues;
}

/** Rows' scores under the probes that read push, which a later pass gives. */
export interface PushScores {
  hash: string;
  values: Float64Array;
  beyond: Uint16Array;
}

export function scoresTable(key: ScoreKey, rows: readonly KeyedValues[]): Table {
  return tableOf('scores', key, rows, ({ values: row }) => [
    row.tokens,
    row.rejectedTokens,
    row.responseTokens,
    bytesOf(row.values),
    bytesOf(row.beyond),
    row.decidingBeyond,
    row.text,
    row.sides && bytesOf(Float64Array.of(row.sides.chosen, row.sides.rejected)),
    encodeTurns(row.turns),
    encodeLatents(row.latents),
  ]);
}

export function scoresOf({ columns }: Table, rows: Iterable<number>): KeyedValues[] {
  return Array.from(rows, (row) => {
    const cell = (column: number): Cell => columns[column]![row]!;
    const sides = cell(8) === null ? null : float64s(cell(8));
    return {
      hash: hexOf(cell(0) as Uint8Array),
      values: {
        tokens: cell(1) as number,
        rejectedTokens: cell(2) as number,
        responseTokens: cell(3) as number,
        values: float64s(cell(4)),
        beyond: uint16s(cell(5)),
        decidingBeyond: (cell(6) as Uint8Array).slice(),
        text: cell(7) as number | null,
        sides: sides && { chosen: sides[0]!, rejected: sides[1]! },
        turns: decodeTurns(cell(9) as Uint8Array),
        latents: decodeLatents(cell(10) as Uint8Array),
      },
    };
  });
}

export function pushScoresTable(key: ScoreKey, rows: readonly PushScores[]): Table {
  return tableOf('pushscores', key, rows, ({ values, beyond }) => [bytesOf(values), bytesOf(beyond)]);
}

export function pushScoresOf({ columns }: Table, rows: Iterable<number>): PushScores[] {
  return Array.from(rows, (row) => ({ hash: hexOf(columns[0]![row] as Uint8Array), values: float64s(columns[1]![row]!), beyond: uint16s(columns[2]![row]!) }));
}

/** A table of a kind without a layout: the hash, then `cells`. Of a hash that comes twice the last stays. */
export function tableOf<T extends { hash: string }>(kind: SegmentKind, key: ScoreKey, rows: readonly T[], cells: (row: T) => Cell[]): Table {
  const once = [...new Map(rows.map((row) => [row.hash, row])).values()].map((row) => [hashBytes(row.hash), ...cells(row)]);
  const columns = (once[0] ?? []).map((_, column) => once.map((row) => row[column]!));
  return { kind, key: canonicalJson(key), layout: { hookPoints: [], dModel: [] }, columns };
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);

/** Copied: where a cell's bytes begin is not aligned. */
export const float64s = (cell: Cell): Float64Array => new Float64Array((cell as Uint8Array).slice().buffer);
const uint16s = (cell: Cell): Uint16Array => new Uint16Array((cell as Uint8Array).slice().buffer);

function encodeTurns(turns: RowValues['turns']): Uint8Array {
  const sink = new ByteSink();
  for (const { turn, value } of turns) {
    sink.varint(turn);
    sink.float64(value);
  }
  return sink.take();
}

function decodeTurns(bytes: Uint8Array): RowValues['turns'] {
  const cursor = new ByteCursor(bytes);
  const turns: RowValues['turns'] = [];
  while (!cursor.done) turns.push({ turn: cursor.varint(), value: cursor.float64() });
  return turns;
}

function encodeLatents(latents: RowValues['latents']): Uint8Array {
  const sink = new ByteSink();
  for (const { index, mean } of latents) {
    sink.varint(index);
    sink.float32(mean);
  }
  return sink.take();
}

function decodeLatents(bytes: Uint8Array): RowValues['latents'] {
  const cursor = new ByteCursor(bytes);
  const latents: RowValues['latents'] = [];
  while (!cursor.done) latents.push({ index: cursor.varint(), mean: cursor.float32() });
  return latents;
}
