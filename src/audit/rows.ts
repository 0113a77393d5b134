import { setImmediate } from 'node:timers/promises';
import { isExpected, throwIfAborted } from '../base/errors';
import { sha256 } from '../base/hash';
import { type RecordTokenizer } from '../core/text';
import type { CharRange, Dataset, DatasetRecord, RowProblem, TokenizedRecord } from '../core/types';
import type { Fault } from '../protocol';

/** A record with its tokens, which are made when they are first asked for. */
export interface PreparedRecord {
  record: DatasetRecord;
  readonly tokens: TokenizedRecord;
  /** As in its tokens, without making them where they are not needed for it. */
  readonly truncated: boolean;
  readonly templateMarkers: boolean;
}

/** One row of the file: a record, or the two sides of a preference pair. */
export interface AuditRow {
  /** Names the row by its records, wherever it stands: a SHA-256. */
  key: string;
  index: number;
  line: number;
  range: CharRange;
  /** The record that is scored; of a pair the chosen one. */
  main: PreparedRecord;
  /** The rejected side of a preference pair. */
  rejected: PreparedRecord | null;
}

export interface PreparedRows {
  rows: AuditRow[];
  problems: RowProblem[];
}

/** How many rows are tokenised before messages get a turn. */
const slice = 64;

/**
 * Tokenises the records. A record that cannot be tokenised makes its row a problem. Records whose number of tokens is known could be:
 * their tokens are not made before something asks for them.
 * @param lengths by record hash, under this tokenizer, template and limit
 * @throws CancelledError
 */
export async function prepareRows(
  dataset: Dataset,
  tokenizer: RecordTokenizer,
  maxTokens: number,
  signal?: AbortSignal,
  lengths: ReadonlyMap<string, number> = new Map(),
): Promise<PreparedRows> {
  const problems: RowProblem[] = [...dataset.problems];
  const rows: AuditRow[] = [];
  for (const [i, { main, rejected }] of pairUp(dataset.records).entries()) {
    if (i % slice === 0) {
      await setImmediate();
      throwIfAborted(signal);
    }
    try {
      const prepare = (record: DatasetRecord): PreparedRecord => {
        const prepared = new Prepared(record, tokenizer, maxTokens, lengths.get(record.hash));
        if (!lengths.has(record.hash)) void prepared.tokens;
        return prepared;
      };
      rows.push({ key: rowKey(main, rejected), index: main.index, line: main.line, range: main.range, main: prepare(main), rejected: rejected && prepare(rejected) });
    } catch (error) {
      if (!isExpected(error)) throw error;
      const reason = error.reason === 'no-response' ? 'no-response' : 'could-not-score';
      problems.push({ line: main.line, index: main.index, reason, message: `This row cannot be scored: ${error.message}` });
    }
  }
  problems.sort((a, b) => a.line - b.line);
  return { rows, problems };
}

class Prepared implements PreparedRecord {
  private made: TokenizedRecord | undefined;

  constructor(
    readonly record: DatasetRecord,
    private readonly tokenizer: RecordTokenizer,
    private readonly maxTokens: number,
    /** How many tokens it has, where that is known. */
    private readonly count: number | undefined,
  ) {}

  /** @throws TextError */
  get tokens(): TokenizedRecord {
    return (this.made ??= this.tokenizer.tokenize(this.record, this.maxTokens));
  }

  get truncated(): boolean {
    return this.count !== undefined && this.count < this.maxTokens ? false : this.tokens.truncated;
  }

  get templateMarkers(): boolean {
    return this.made?.templateMarkers ?? this.tokenizer.holdsMarkers(this.record.turns);
  }
}

/** A row that cannot be scored without what the engine could not give, as a problem. */
export const unscored = ({ line, index }: AuditRow, { work, message }: Fault): RowProblem => ({
  line,
  index,
  reason: 'could-not-score',
  message: work === 'push' ? `This row cannot be scored, as the card decides by push. ${message}` : message,
});

/** The records of a row. */
interface RowRecords {
  main: DatasetRecord;
  rejected: DatasetRecord | null;
}

export const rowKey = (main: Pick<DatasetRecord, 'hash'>, rejected: Pick<DatasetRecord, 'hash'> | null): string => (rejected ? sha256(`${main.hash} ${rejected.hash}`) : main.hash);

/** Records by rows, in file order. */
export function pairUp(records: readonly DatasetRecord[]): RowRecords[] {
  const byIndex = new Map<number, RowRecords>();
  for (const record of records) {
    const entry = byIndex.get(record.index);
    if (!entry) byIndex.set(record.index, { main: record, rejected: null });
    else if (record.side === 'rejected') entry.rejected = record;
    else byIndex.set(record.index, { main: record, rejected: entry.main });
  }
  return [...byIndex.values()].sort((a, b) => a.main.index - b.main.index);
}

/** The records of rows, each side of a pair on its own. */
export function recordsOf(rows: Iterable<AuditRow>): PreparedRecord[] {
  const records: PreparedRecord[] = [];
  for (const { main, rejected } of rows) {
    records.push(main);
    if (rejected) records.push(rejected);
  }
  return records;
}
