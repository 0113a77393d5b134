import type { HookVectors, RecordVectors, VectorKey } from '../core/types';
import { canonicalJson } from '../base/hash';
import { columnsOf, vectorNames } from './columns';
import { decodeHalves, encodeHalves } from './halves';
import { decodeLatents, encodeLatents } from './latents';
import { type Layout, layoutOf } from './layout';
import { roundTripPush } from './pushes';
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
  const decode = rowDecoder(table);
  return Array.from(rows, decode);
}

/**
 * Rows as a later run will read them from the store. Every run scores these, with a cache, without one and the first time: same inputs, same
 * flags. A second round trip changes nothing.
 */
export function roundTrip(rows: RecordVectors[]): RecordVectors[] {
  return rows.map((row) => {
    const layout = layoutOf([row]);
    const cells = encodeRow(row, layout);
    const columns = columnsOf('vectors', layout).map(({ name }) => [cells[name] ?? null]);
    const stored = rowDecoder({ layout, columns })(0);
    return row.push ? { ...stored, push: roundTripPush(row.push) } : stored;
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

/** Finds the columns once, for all rows. */
function rowDecoder({ layout, columns }: Pick<Table, 'layout' | 'columns'>): (row: number) => RecordVectors {
  const byName = new Map(columnsOf('vectors', layout).map(({ name }, column) => [name, columns[column]!]));
  const column = (name: string) => byName.get(name)!;
  const [hash, tokens, responseTokens, loss, perTurn] = [column('hash'), column('tokens'), column('response_tokens'), column('loss'), column('per_turn')];
  const [activation, prompt, last] = vectorNames.map((name) => vectorsDecoder(name, layout, byName)) as [VectorsDecoder, VectorsDecoder, VectorsDecoder];
  const latents = layout.hookPoints.map((_, hook) => column(`latents_${hook}`));
  return (row) => {
    const record: RecordVectors = {
      hash: hexOf(hash[row] as Uint8Array),
      activation: activation(row),
      prompt: prompt(row),
      last: last(row),
      tokens: tokens[row] as number,
      responseTokens: responseTokens[row] as number,
      latents: {},
      perTurn: decodeTurns(perTurn[row] as Uint8Array, layout),
    };
    if (loss[row] !== null) record.loss = loss[row] as number;
    latents.forEach((cells, hook) => {
      const bytes = cells[row];
      if (bytes) record.latents[layout.hookPoints[hook]!] = decodeLatents(bytes as Uint8Array);
    });
    return record;
  };
}

type VectorsDecoder = (row: number) => HookVectors;

function vectorsDecoder(name: (typeof vectorNames)[number], { hookPoints }: Layout, byName: Map<string, Cell[]>): VectorsDecoder {
  const columns = hookPoints.flatMap((hookPoint, hook) => {
    const [halves, scales] = [byName.get(`${name}_${hook}`), byName.get(`${name}_${hook}_scale`)];
    return halves && scales ? [{ hookPoint, halves, scales }] : [];
  });
  return (row) => {
    const vectors: HookVectors = {};
    for (const { hookPoint, halves, scales } of columns) {
      const bytes = halves[row];
      if (bytes) vectors[hookPoint] = decodeHalves({ scale: scales[row] as number, bytes: bytes as Uint8Array });
    }
    return vectors;
  };
}
