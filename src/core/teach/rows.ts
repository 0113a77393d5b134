/** What teaching reads of one record. */
export interface TeachRecord {
  /** Mean over response tokens, `[dModel]`, residual units. */
  activation: Float32Array;
  /** `[dModel]`; null where the push pass has not been there. */
  push: Float32Array | null;
  /** The response's text. */
  response: string;
}

/** One row of a file as teaching sees it; a preference pair is its chosen side less its rejected one. */
export interface TeachRow {
  /** 0-based. */
  index: number;
  line: number;
  /** The marks' key: of a pair the chosen record's hash. */
  hash: string;
  /** Rows with the same one are never split between training and test. */
  question: string;
  source: string | null;
  main: TeachRecord;
  rejected: TeachRecord | null;
  responseTokens: number;
  /** Mean NLL a response token, nats; null while it is not known. */
  loss: number | null;
  /** Under the persona card's deciding probe. */
  cardScore: number;
}

/** The records of rows, each side of a pair on its own. */
export function recordsOf(rows: readonly TeachRow[]): TeachRecord[] {
  return rows.flatMap(({ main, rejected }) => (rejected ? [main, rejected] : [main]));
}
