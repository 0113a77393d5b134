import type { RowProblem } from '../types';
import { DatasetError } from './datasetError';
import { type ParsedRow, parseRow, shapeOf } from './readRow';
import { RowFault } from './rowFault';
import type { Shape } from './shapes/shape';
import type { ListPlace } from './source/elementSplitter';
import { BYTE } from './source/jsonText';
import type { RawRow } from './source/rawRow';
import type { RootScanner } from './source/rootScanner';
import { fieldList } from './wording';

/** What a file that is one object holds: a row, or one list of rows, with what is wrong with the object as a whole. */
export type ObjectContent = { kind: 'row'; row: RawRow } | { kind: 'list'; list: ListPlace; problem: RowProblem | null };

/** Throws DatasetError where the object is neither a row nor a wrapper such as {"data": [...]}. */
export function objectContent(whole: RawRow, root: RootScanner, shapes: readonly Shape[], path: string): ObjectContent {
  const parsed = tryParse(whole);
  if (!(parsed instanceof RowFault) && shapeOf(parsed.row.object, shapes, null)) return { kind: 'row', row: whole };
  const lists = root.lists.filter((list) => list.firstElement === BYTE.openObject);
  const [list] = lists;
  if (list && lists.length === 1) {
    return { kind: 'list', list: { at: list.at, root: false }, problem: problemOf(parsed, whole) };
  }
  if (lists.length > 1) {
    throw new DatasetError('no-rows', `${path} holds several lists (${fieldList(lists.map(({ key }) => key))}). Save the one with the rows as a file of its own.`);
  }
  if (parsed instanceof RowFault && parsed.reason === 'broken-json') {
    throw new DatasetError('not-json', `${path} is neither JSON nor JSONL. ${parsed.message}`);
  }
  if (parsed instanceof RowFault && parsed.reason === 'invalid-utf8') {
    throw new DatasetError('not-utf8', `${path} is not UTF-8. Save it with the encoding UTF-8.`);
  }
  const [only] = root.lists;
  if (only?.firstElement === null && root.lists.length === 1 && (root.multiline || root.members.length === 1)) {
    throw new DatasetError('empty', `The list "${only.key}" in ${path} is empty: there are no rows to read.`);
  }
  if (!root.multiline) return { kind: 'row', row: whole }; // A line of JSONL, of a shape that is not known.
  throw new DatasetError(
    'no-rows',
    `${path} is one JSON object without a list of rows (its fields: ${fieldList(root.members)}): it looks like a configuration, not a dataset. ` +
      'Choose a file with one row a line, or a list of rows.',
  );
}

function tryParse(whole: RawRow): ParsedRow | RowFault {
  try {
    return parseRow(whole);
  } catch (error) {
    if (error instanceof RowFault) return error;
    throw error;
  }
}

function problemOf(parsed: ParsedRow | RowFault, { line }: RawRow): RowProblem | null {
  return parsed instanceof RowFault && parsed.reason === 'broken-json' ? { line, reason: parsed.reason, message: parsed.message } : null;
}
