import type { RecordVectors, RowValues } from '../core/types';
import type { KnownRecords } from './knownRecords';
import type { ScoredRow } from './score/entry';

/** Rows beyond this are not kept: a row takes some kB, and 12 kB where its vectors were needed. */
const most = 20_000;

/** What is known of the last audit's rows. */
export interface RememberedScores {
  /** By row key. */
  values: ReadonlyMap<string, RowValues>;
  /** Those that something needed, and that others may still add to. By record hash. */
  vectors: ReadonlyMap<string, RecordVectors>;
  losses: ReadonlyMap<string, number>;
}

const nothing: RememberedScores = { values: new Map(), vectors: new Map(), losses: new Map() };

/** The numbers of the last audit's rows: after an edit nothing but what it changed is read from the cache, run and scored, also without a cache. */
export class ScoreMemory {
  private key: string | null = null;
  private kept = nothing;

  /** What was kept under this score key. */
  recall(key: string): RememberedScores {
    return key === this.key ? this.kept : nothing;
  }

  /** Takes the place of what was kept before. */
  keep(key: string, rows: readonly ScoredRow[], { vectors, losses }: KnownRecords): void {
    this.key = key;
    const few = rows.length <= most;
    this.kept = { values: new Map(rows.slice(0, most).map(({ row, values }) => [row.key, values])), vectors: few ? vectors : nothing.vectors, losses: few ? losses : nothing.losses };
  }

  clear(): void {
    this.key = null;
    this.kept = nothing;
  }
}
