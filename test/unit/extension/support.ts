import type { AuditSummary, EngineSummary, RowScore, Score } from '../../../src/core/types';
import type { PlacedRow } from '../../../src/extension/audits/placedRows';
import type { Translate } from '../../../src/extension/l10n';

/** The messages as they stand in the source, placeholders filled as the editor does. */
export const english: Translate = (message, ...args) => message.replace(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)]));

export function score(changes: Partial<Score> = {}): Score {
  return {
    probe: 'careless',
    measure: 'activation',
    value: 1,
    percentile: 99.43,
    p: null,
    q: null,
    nulls: { kind: 'permuted labels', count: 200, shareBeyond: 0.04 },
    ...changes,
  };
}

export function rowScore(index: number, changes: Partial<RowScore> = {}): RowScore {
  return {
    index,
    line: index + 1,
    range: { start: index * 10, end: index * 10 + 9 },
    hash: `hash ${index}`,
    tokens: 50,
    responseTokens: 30,
    scores: [score()],
    perTurn: [],
    loss: 2.5,
    lossPercentile: 71.2,
    text: { value: 0.1, percentile: 55 },
    latents: [],
    rank: index + 1,
    flagged: false,
    level: 'ranked',
    reasons: [],
    spans: null,
    phrases: null,
    preview: { prompt: 'SECRET PROMPT', response: 'SECRET ANSWER' },
    ...changes,
  };
}

export function placed(index: number, changes: Partial<RowScore> = {}, edited = false): PlacedRow {
  const row = rowScore(index, changes);
  return { score: row, range: row.range, edited };
}

export const engine: EngineSummary = {
  model: 'SmolLM2-135M',
  modelHash: 'a'.repeat(64),
  device: 'CPU',
  deviceReason: null,
  precision: 'q4',
  parity: { minCosine: 0.9999968, tokens: 120 },
  runtime: 'onnxruntime 1.30',
};

export function summary(changes: Partial<AuditSummary> = {}): AuditSummary {
  return {
    file: 'rows.jsonl',
    rows: 3,
    scored: 3,
    problems: [],
    level: 'ranked',
    verdict: 'ranked',
    verdictText: 'ranked: review from the top',
    advice: 'Give at least 40 rows that you trust.',
    deciding: { probe: 'careless', measure: 'activation' },
    probes: [{ id: 'careless', name: 'Careless advice', measure: 'activation' }],
    flagged: 0,
    chance: null,
    beyondReference: null,
    alternatives: { lossCorrelation: null, textCorrelation: null, lengthCorrelation: null, topShared: { loss: null, text: null, length: null, of: 1 }, flagged: null },
    histogram: { edges: [0, 1], rows: [3], reference: [10], ordinary: null, band: [0.1, 0.9] },
    engine,
    timings: { rowsPerSecond: 40, rowsRun: 3, rowsFromCache: 0, seconds: 1 },
    keys: { vector: 'v', score: 's' },
    ...changes,
  };
}
