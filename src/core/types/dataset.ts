/** A half-open range in UTF-16 code units of the document. */
export interface CharRange {
  start: number;
  end: number;
}

export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** The dataset shapes that readers know; `mapping` is the user's own field mapping. */
export type ShapeId =
  | 'messages'
  | 'sharegpt'
  | 'alpaca'
  | 'prompt-completion'
  | 'preference'
  | 'kto'
  | 'instances'
  | 'text'
  | 'mapping';

/**
 * A piece of a turn's text as it stands in the file. A turn has one part, or several where its text was
 * gathered (part-array content, instruction + input).
 */
export interface TextPart {
  /** Where the part begins in the turn's decoded text, UTF-16 code units. */
  start: number;
  /** Length of the part in the turn's decoded text, UTF-16 code units. */
  length: number;
  /** Where its source stands in the document (inside the quotes of a JSON string). */
  range: CharRange;
  /** How the source is written: a JSON string with escapes, or the text itself. */
  encoding: 'json-string' | 'verbatim';
}

export interface Turn {
  role: Role;
  text: string;
  /** The hull of the turn's parts in the document. */
  range: CharRange;
  parts: TextPart[];
  /** Whether fine-tuning trains on this turn's tokens. */
  trains: boolean;
}

/** Which side of a preference pair a record is. */
export type PairSide = 'chosen' | 'rejected';

/** One training example. A preference pair gives two records with the same index and line. */
export interface DatasetRecord {
  /** 0-based place in the file, counting rows (also rows with problems). */
  index: number;
  /** 1-based; in a JSON array the first line of the element. */
  line: number;
  /** The whole row in the document, UTF-16 code units. */
  range: CharRange;
  /** SHA-256 of the canonical JSON of its turns (role, text, trains), lower-case hexadecimal. */
  hash: string;
  shape: ShapeId;
  turns: Turn[];
  side?: PairSide;
  /** KTO: whether the row is marked as desirable. */
  desirable?: boolean;
  /** The row's own source field, where it has one. */
  source?: string;
}

export type ProblemReason =
  | 'broken-json'
  | 'not-an-object'
  | 'wrong-type'
  | 'no-response'
  | 'empty'
  | 'unknown-shape'
  | 'too-long'
  | 'invalid-utf8'
  | 'could-not-score';

/** A row that cannot be scored, with what is wrong and what to do. Data, never an exception. */
export interface RowProblem {
  /** 1-based. */
  line: number;
  /** 0-based row number, where the row could be counted. */
  index?: number;
  reason: ProblemReason;
  message: string;
}

/** What a reader gives for a file. */
export interface Dataset {
  shape: ShapeId;
  format: 'jsonl' | 'json';
  records: DatasetRecord[];
  problems: RowProblem[];
  /** Number of rows, with and without problems. */
  rows: number;
}

/** Field names for files of no known shape (`personaLens.mapping`, `--map`): dotted paths. */
export interface FieldMapping {
  prompt?: string;
  response?: string;
  system?: string;
  messages?: string;
  role?: string;
  content?: string;
}

/** What the user's trainer trains on. */
export interface TrainingRule {
  /** Train on all assistant turns (default) or on the last one only. */
  turns: 'all' | 'last';
}
