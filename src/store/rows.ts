import type { HookVectors, RecordVectors, VectorKey } from '../core/types';
import { canonicalJson } from '../base/hash';
import { columnsOf, vectorNames } from './columns';
import { decodeHalves, encodeHalves } from './halves';
import { decodeLatents, encodeLatents } from './latents';
import { type Layout, layoutOf } from './layout';
import { type Cell, hashBytes, hexOf, rowsOf, type Table } from './table';
import { decodeTurns, encodeTurns } from './turns';

/** Rows as they are stored; of a hash that comes twice the first stays. Push vectors are not part of this kind. */
export function vectorsTable(key: VectorKey, rows: RecordVectors[]): Table {
  const once = [...new Map(rows.toReversed().map((row) => [row.hash, row])).values()].toReversed();
  const layout = layoutOf(once);
  const names = columnsOf('vectors', layout).map(({ name }) => name);
  const columns = names.map((): Cell[] => []);
  for (const row of once) {
    const cells = encodeRow(row, layout);
    names.forEach((name, column) => columns[column]!.push(cells[name] ?? null));
  }
  return { kind: 'vectors', key: canonicalJson(key), layout, columns };
}

/** The rows of a table, or those asked for. */
export function recordsOf(table: Table, rows: Iterable<number> = Array(rowsOf(table)).keys()): RecordVectors[] {
  const names = columnsOf('vectors', table.layout).map(({ name }) => name);
  return Array.from(rows, (row) => {
    const cells = Object.fromEntries(names.map((name, column) => [name, table.columns[column]![row]!]));
    return decodeRow(cells, table.layout);
  });
}

/**
 * Rows as a later run will read them from the store. Every run scores these, with a cache, without one and the first time: same inputs, same
 * flags. A second round trip changes nothing.
 */
export function roundTrip(rows: RecordVectors[]): RecordVectors[] {
  return rows.map((row) => {
    const layout = layoutOf([row]);
    const stored = decodeRow(encodeRow(row, layout), layout);
    return row.push ? { ...stored, push: row.push } : stored;
  });
}

function encodeRow(row: RecordVectors, layout: Layout): Record<string, Cell> {
  const cells: Record<string, Cell> = {
    hash: hashBytes(row.hash),
    tokens: row.tokens,
    response_tokens: row.responseTokens,
    loss: row.loss ?? null,
    per_turn: encodeTurns(row.perTurn, layout),
  };
  layout.hookPoints.forEach((hookPoint, hook) => {
    for (const name of vectorNames) {
      const values = row[name][hookPoint];
      if (!values) continue;
      const { scale, bytes } = encodeHalves(values);
      cells[`${name}_${hook}`] = bytes;
      cells[`${name}_${hook}_scale`] = scale;
    }
    const latents = row.latents[hookPoint];
    if (latents) cells[`latents_${hook}`] = encodeLatents(latents);
  });
  return cells;
}

function decodeRow(cells: Record<string, Cell>, layout: Layout): RecordVectors {
  const record: RecordVectors = {
    hash: hexOf(cells.hash as Uint8Array),
    activation: decodeVectors('activation', cells, layout),
    prompt: decodeVectors('prompt', cells, layout),
    last: decodeVectors('last', cells, layout),
    tokens: cells.tokens as number,
    responseTokens: cells.response_tokens as number,
    latents: {},
    perTurn: decodeTurns(cells.per_turn as Uint8Array, layout),
  };
  if (typeof cells.loss === 'number') record.loss = cells.loss;
  layout.hookPoints.forEach((hookPoint, hook) => {
    const bytes = cells[`latents_${hook}`];
    if (bytes instanceof Uint8Array) record.latents[hookPoint] = decodeLatents(bytes);
  });
  return record;
}

function decodeVectors(name: (typeof vectorNames)[number], cells: Record<string, Cell>, { hookPoints }: Layout): HookVectors {
  const vectors: HookVectors = {};
  hookPoints.forEach((hookPoint, hook) => {
    const bytes = cells[`${name}_${hook}`];
    if (bytes instanceof Uint8Array) vectors[hookPoint] = decodeHalves({ scale: cells[`${name}_${hook}_scale`] as number, bytes });
  });
  return vectors;
}
