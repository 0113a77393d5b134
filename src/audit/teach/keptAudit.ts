import { stat } from 'node:fs/promises';
import { canonicalJson, sha256 } from '../../base/hash';
import type { TeachRecord, TeachRow } from '../../core/teach';
import type { HookPoint, PersonaCard } from '../../core/types';
import type { AuditRequest } from '../../protocol';
import type { KnownRecords } from '../knownRecords';
import type { RecordCache } from '../recordCache';
import { textOf } from '../rowText';
import { type AuditRow, recordsOf } from '../rows';
import type { Scorer } from '../score/scorer';

/** What tells one audited text under one set of settings from another. */
export async function fingerprintOf({ path, text, settings }: AuditRequest): Promise<string> {
  const info = text === undefined ? await stat(path).catch(() => null) : null;
  const content = text === undefined ? `${info?.mtimeMs} ${info?.size}` : sha256(text);
  return canonicalJson([path, content, { ...settings, cache: null, threads: null }]);
}

/** What the last audit leaves for teaching: no vector that teaching does not read. */
export interface KeptAudit {
  fingerprint: string;
  rows: TeachRow[];
  /** Every row has push vectors. */
  pushed: boolean;
  model: PersonaCard['model'];
  hookPoint: HookPoint;
  /** Rows that the model was run for. */
  rowsRun: number;
}

/** An audit whose ranking stands. */
export interface FinishedAudit {
  scorer: Scorer;
  known: KnownRecords;
  /** Where vectors are that nothing needed so far. */
  cache: RecordCache;
  /** Push has been computed. */
  pushed: boolean;
  model: PersonaCard['model'];
  hookPoint: HookPoint;
  rowsRun: number;
}

/**
 * An audit as teaching reads it. Vectors of rows whose scores were in the cache are read now.
 * @returns null where the cache has lost some
 */
export async function keep(fingerprint: string, { scorer, known, cache, model, hookPoint, rowsRun }: FinishedAudit): Promise<KeptAudit | null> {
  const scored = scorer.inFileOrder();
  await known.load(cache, recordsOf(scored).map(({ record }) => record.hash));
  if (!scored.every((row) => known.hasVectors(row))) return null;
  const valueOf = new Map(scorer.ranked().map(({ row, value }) => [row.index, value]));
  const record = ({ main: { record } }: Pick<AuditRow, 'main'>): TeachRecord => {
    const { activation, push } = known.vectors.get(record.hash)!;
    return { activation: activation[hookPoint]!, push: push?.[hookPoint] ?? null, response: textOf(record).response };
  };
  const rows = scored.map((row): TeachRow => ({
    index: row.index,
    line: row.line,
    hash: row.main.record.hash,
    question: sha256(textOf(row.main.record).prompt),
    source: row.main.record.source ?? null,
    main: record(row),
    rejected: row.rejected && record({ main: row.rejected }),
    responseTokens: known.vectors.get(row.main.record.hash)!.responseTokens,
    loss: scorer.lossOf(row),
    cardScore: valueOf.get(row.index)!,
  }));
  return { fingerprint, rows, pushed: rows.every(({ main, rejected }) => main.push && (!rejected || rejected.push)), model, hookPoint, rowsRun };
}
