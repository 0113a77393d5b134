import { stat } from 'node:fs/promises';
import { canonicalJson, sha256 } from '../../base/hash';
import type { TeachRecord, TeachRow } from '../../core/teach';
import type { HookPoint, PersonaCard, RecordVectors } from '../../core/types';
import type { AuditRequest } from '../../protocol';
import { textOf } from '../rowText';
import type { AuditRow } from '../rows';
import { lossOf } from '../score/background';
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

/** An audit at its end. */
export interface FinishedAudit {
  scorer: Scorer;
  vectors: ReadonlyMap<string, RecordVectors>;
  model: PersonaCard['model'];
  hookPoint: HookPoint;
  rowsRun: number;
}

export function keep(fingerprint: string, { scorer, vectors, model, hookPoint, rowsRun }: FinishedAudit): KeptAudit {
  const record = ({ main: { record } }: Pick<AuditRow, 'main'>): TeachRecord => {
    const { activation, push } = vectors.get(record.hash)!;
    return { activation: activation[hookPoint]!, push: push?.[hookPoint] ?? null, response: textOf(record).response };
  };
  const rows = scorer.ranked().map(({ row, deciding, vectors: scored }): TeachRow => {
    const { main, rejected } = row;
    return {
      index: row.index,
      line: row.line,
      hash: main.record.hash,
      question: sha256(textOf(main.record).prompt),
      source: main.record.source ?? null,
      main: record({ main }),
      rejected: rejected && record({ main: rejected }),
      responseTokens: scored.main.responseTokens,
      loss: lossOf(scored),
      cardScore: deciding.value,
    };
  });
  return { fingerprint, rows: rows.sort((a, b) => a.index - b.index), pushed: rows.every(({ main, rejected }) => main.push && (!rejected || rejected.push)), model, hookPoint, rowsRun };
}
