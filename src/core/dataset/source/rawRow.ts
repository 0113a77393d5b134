import type { ProblemReason } from '../../types';

/** A row as it stands in the file: a line of JSONL or an element of a JSON list. */
export interface RawRow {
  /** 1-based line of its first character. */
  line: number;
  /** 1-based column of its first character, UTF-16 code units. */
  column: number;
  /** UTF-16 offset of its first character in the document. */
  start: number;
  /** Without the white space around it; empty where there is a fault. */
  text: string;
  fault: RawFault | null;
}

/** Why a row could not be cut out, or something wrong that belongs to no row. */
export interface RawFault {
  reason: ProblemReason;
  message: string;
}

/** What stands between rows and is no row: a stray comma, text after the list. */
export interface StrayProblem extends RawFault {
  line: number;
  stray: true;
}

export type RawItem = RawRow | StrayProblem;

export function isStray(item: RawItem): item is StrayProblem {
  return 'stray' in item;
}

/** Cuts bytes into rows. Chunks go in, in order; the rows that they complete come out. */
export interface Splitter {
  push(chunk: Buffer): RawItem[];
  /** The end of the file. */
  end(): RawItem[];
}
