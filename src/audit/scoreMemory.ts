import type { RecordVectors } from '../core/types';
import type { AuditRow } from './rows';
import type { ScoredRow } from './score/entry';

/** Rows beyond this are not kept: a row takes some 12 kB. */
const most = 20_000;

/**
 * The rows of the last audit as they were scored, by record: after an edit nothing but what it changed is read from the store,
 * run and scored again. What a row's numbers depend on beside its records stands in the key.
 */
export class ScoreMemory {
  private key: string | null = null;
  private rows = new Map<string, ScoredRow>();

  /** The rows kept under this key. */
  recall(key: string): ReadonlyMap<string, ScoredRow> {
    return key === this.key ? this.rows : new Map<string, ScoredRow>();
  }

  /** Takes the place of what was kept before. */
  keep(key: string, rows: readonly ScoredRow[]): void {
    this.key = key;
    this.rows = new Map(rows.slice(0, most).map((row) => [rowKey(row.row), row]));
  }

  clear(): void {
    this.key = null;
    this.rows.clear();
  }
}

/** Names a row by its records, wherever it stands. */
export const rowKey = ({ main, rejected }: AuditRow): string => (rejected ? `${main.record.hash} ${rejected.record.hash}` : main.record.hash);

/** The vectors of rows that were kept, by record hash. */
export function vectorsOf(rows: ReadonlyMap<string, ScoredRow>): Map<string, RecordVectors> {
  const vectors = new Map<string, RecordVectors>();
  for (const { vectors: { main, rejected } } of rows.values()) {
    vectors.set(main.hash, main);
    if (rejected) vectors.set(rejected.hash, rejected);
  }
  return vectors;
}

/** A row that was kept, where it stands now. */
export function placedAt(kept: ScoredRow, row: AuditRow): ScoredRow {
  const { turns } = row.main.record;
  return { ...kept, row, perTurn: kept.perTurn.map((turn) => ({ ...turn, range: turns[turn.turn]!.range })) };
}
