import { throwIfAborted } from '../../../base/errors';
import { DatasetError } from '../datasetError';
import type { ByteSource } from './byteSource';
import type { ListPlace } from './elementSplitter';
import { BYTE, isBlank } from './jsonText';
import { refuseBinary, refuseNotJson } from './refuse';
import { RootScanner } from './rootScanner';

/** How a file holds its rows. */
export type Layout =
  | { kind: 'lines' }
  | { kind: 'list'; list: ListPlace }
  /** One object: a row by itself, or a wrapper with a list of rows in it. */
  | { kind: 'object'; root: RootScanner };

const LINES_TO_TRY = 50;

/** Tells JSONL and JSON apart by content; the file's name says nothing. */
export async function detectLayout(source: ByteSource, signal?: AbortSignal): Promise<Layout> {
  const root = new RootScanner();
  let head: Buffer | null = null;
  for await (const chunk of source.chunks()) {
    throwIfAborted(signal);
    if (head === null) refuseBinary(chunk, source.path);
    const done = root.push(chunk);
    if (root.opener !== null) head ??= chunk; // The chunk in which the text begins.
    if (done) break;
  }
  if (head === null || root.opener === null) throw new DatasetError('empty', `${source.path} is empty: there are no rows to read.`);
  switch (root.opener) {
    case BYTE.openObject:
      return root.closed && root.followedBy === null ? { kind: 'object', root } : { kind: 'lines' };
    case BYTE.openList:
      // A first line that is a list, with objects on the lines that follow, is a bad row of JSONL.
      if (root.closed && root.followedBy === BYTE.openObject) return { kind: 'lines' };
      return { kind: 'list', list: { at: root.openerAt, root: true } };
    default:
      if (mostLinesAreObjects(head)) return { kind: 'lines' };
      return refuseNotJson(head, source.path);
  }
}

/** For a file that begins as no JSON does: whether that is one broken row, and the rest is JSONL. */
function mostLinesAreObjects(head: Buffer): boolean {
  let lines = 0;
  let objects = 0;
  let from = 0;
  while (lines < LINES_TO_TRY && from < head.length) {
    const newline = head.indexOf(BYTE.newline, from);
    const end = newline === -1 ? head.length : newline;
    const line = head.subarray(from, end);
    if (!line.every(isBlank)) {
      lines += 1;
      if (isObject(line)) objects += 1;
    }
    from = end + 1;
  }
  return objects > 0 && objects * 2 >= lines;
}

function isObject(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
