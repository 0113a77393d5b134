import type { AuditSummary, VectorKey } from '../core/types';
import type { EngineInfo } from '../engine/engine';
import type { AuditRequest, AuditResult } from '../protocol';
import type { AuditParts } from './auditParts';
import { scoreKeyHash, vectorKeyHash } from './keys';
import type { KnownRecords } from './knownRecords';
import type { Scorer } from './score/scorer';
import { type SummaryInput, summarise } from './score/summary';
import { vectorsOfRow } from './score/values';
import type { VectorPass } from './vectorPass';

interface HowItRan {
  engine: EngineInfo;
  parts: AuditParts;
  /** Rows that have a score. */
  scored: number;
  activations: VectorPass;
  activationSeconds: number;
  /** As performance.now() counts. */
  started: number;
}

/** The file as a whole, with how it was computed. */
export function summaryOf(input: SummaryInput, { engine, parts: { cache, scores }, scored, activations: { ran }, activationSeconds, started }: HowItRan): AuditSummary {
  return {
    ...summarise(input),
    engine,
    timings: { rowsPerSecond: ran ? ran / activationSeconds : null, rowsRun: ran, rowsFromCache: scored - ran, seconds: (performance.now() - started) / 1000 },
    keys: { vector: vectorKeyHash(cache.key), score: scoreKeyHash(scores.key) },
  };
}

/** All that a request asked for. */
export function resultOf(request: AuditRequest, scorer: Scorer, known: KnownRecords, summary: AuditSummary, { captureSet }: VectorKey): AuditResult {
  return {
    rows: scorer.rows({ complete: true }),
    summary,
    ...(request.nullScores ? { nullScores: scorer.nullScores(known.vectors) } : {}),
    ...(request.vectors ? { vectors: { hookPoints: captureSet, rows: scorer.inFileOrder().map((row) => vectorsOfRow(row, known.vectors)) } } : {}),
  };
}
