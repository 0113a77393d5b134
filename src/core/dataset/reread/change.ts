import type { CharRange, DatasetRecord } from '../../types';

/** The lines, whole, in which two texts differ: all before `start` is equal, and all from `end` in the one is equal to all from `endBefore` in the other. */
export interface LineChange {
  start: number;
  /** In the text as it is now. */
  end: number;
  endBefore: number;
}

const step = 1 << 14;

/** @returns null where the very first character differs */
export function changeBetween(before: string, now: string): LineChange | null {
  const prefix = commonPrefix(before, now);
  if (prefix === 0) return null;
  const suffix = commonSuffix(before, now, Math.min(before.length, now.length) - prefix);
  const start = now.lastIndexOf('\n', prefix - 1) + 1;
  const newline = now.indexOf('\n', now.length - suffix);
  const end = newline === -1 ? now.length : newline + 1;
  return { start, end, endBefore: end - now.length + before.length };
}

function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + step <= most && a.slice(at, at + step) === b.slice(at, at + step)) at += step;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

function commonSuffix(a: string, b: string, most: number): number {
  const equal = (from: number, to: number) => a.slice(a.length - to, a.length - from) === b.slice(b.length - to, b.length - from);
  let length = 0;
  while (length + step <= most && equal(length, length + step)) length += step;
  while (length < most && a.charCodeAt(a.length - length - 1) === b.charCodeAt(b.length - length - 1)) length++;
  return length;
}

/** How far what stands behind a change moved. */
export interface Shift {
  /** UTF-16 code units. */
  units: number;
  lines: number;
  rows: number;
}

export function shifted(record: DatasetRecord, { units, lines, rows }: Shift): DatasetRecord {
  if (units === 0 && lines === 0 && rows === 0) return record;
  const moved = ({ start, end }: CharRange): CharRange => ({ start: start + units, end: end + units });
  return {
    ...record,
    index: record.index + rows,
    line: record.line + lines,
    range: moved(record.range),
    turns: record.turns.map((turn) => ({ ...turn, range: moved(turn.range), parts: turn.parts.map((part) => ({ ...part, range: moved(part.range) })) })),
  };
}

export function linesIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}
