import type { DatasetRecord, ProblemReason } from '../types';
import { describeBroken } from './json/brokenJson';
import { locate } from './json/locate';
import { type JsonObject, type JsonRow, kindName } from './json/node';
import { recordHash } from './recordHash';
import { RowFault } from './rowFault';
import type { Draft, Shape } from './shapes/shape';
import type { RawRow } from './source/rawRow';
import { applyTraining } from './turns/training';

/** A row that is valid JSON and an object, ready for a shape. */
export interface ParsedRow {
  raw: RawRow;
  row: JsonRow;
}

/** Throws RowFault for a row that is not a JSON object. */
export function parseRow(raw: RawRow): ParsedRow {
  if (raw.fault) throw new RowFault(raw.fault.reason, raw.fault.message);
  try {
    JSON.parse(raw.text);
  } catch {
    throw new RowFault('broken-json', brokenMessage(raw));
  }
  const node = locate(raw.text, raw.start);
  if (node.kind !== 'object') {
    throw new RowFault('not-an-object', `This row is ${kindName(node)}, not an object with fields. Write it as {"messages": [...]}, or remove it.`);
  }
  return { raw, row: { object: node, slice: ({ start, end }) => raw.text.slice(start - raw.start, end - raw.start) } };
}

function brokenMessage(raw: RawRow): string {
  const { what, offset } = describeBroken(raw.text);
  if (offset === null) return `Broken JSON: ${what}. Repair the row, or remove it.`;
  const before = raw.text.slice(0, offset);
  const lastBreak = before.lastIndexOf('\n');
  const line = raw.line + before.split('\n').length - 1;
  const column = lastBreak === -1 ? raw.column + offset : offset - lastBreak;
  return `Broken JSON at line ${line}, column ${column}: ${what}. Repair the row, or remove it.`;
}

/** The shape of a row: the file's own where it fits, otherwise the first that does. */
export function shapeOf(object: JsonObject, shapes: readonly Shape[], fileShape: Shape | null): Shape | null {
  if (fileShape?.fits(object)) return fileShape;
  return shapes.find((shape) => shape.fits(object)) ?? null;
}

/** The records of a row. Throws RowFault where it cannot be read. */
export function readRow({ raw, row }: ParsedRow, index: number, shape: Shape, trainOn: 'all' | 'last'): DatasetRecord[] {
  return shape.read(row).map((draft) => toRecord(draft, raw, row, index, shape, trainOn));
}

function toRecord(draft: Draft, raw: RawRow, row: JsonRow, index: number, shape: Shape, trainOn: 'all' | 'last'): DatasetRecord {
  const turns = applyTraining(draft.turns, draft.lastOnly ? 'last' : trainOn);
  const source = row.object.members.get('source');
  return {
    index,
    line: raw.line,
    range: row.object.range,
    hash: recordHash(turns),
    shape: shape.id,
    turns,
    ...(draft.side !== undefined && { side: draft.side }),
    ...(draft.desirable !== undefined && { desirable: draft.desirable }),
    ...(source?.kind === 'string' && source.value !== '' && { source: source.value }),
  };
}

export function faultOf(error: unknown): { reason: ProblemReason; message: string } {
  if (error instanceof RowFault) return { reason: error.reason, message: error.message };
  throw error;
}
