import { Writable } from 'node:stream';
import type { AuditHandle, Auditor } from '../../../src/audit/auditor';
import { CancelledError } from '../../../src/base/errors';
import type { Io } from '../../../src/cli/io';
import type { AuditSummary, ChanceExpectation, RowScore, Score } from '../../../src/core/types';
import type { AuditEvent, AuditRequest, AuditResult, InspectRequest, RowInspection } from '../../../src/protocol';

export const ESC = '\u001b';

export function score(over: Partial<Score> = {}): Score {
  return {
    probe: 'trained',
    measure: 'activation',
    value: 0,
    percentile: 50,
    p: null,
    q: null,
    nulls: { kind: 'permuted labels', count: 200, shareBeyond: 0.05 },
    ...over,
  };
}

/** A row as an audit gives it; `value` is its deciding score. */
export function row(index: number, value: number, over: Partial<RowScore> & { deciding?: Partial<Score> } = {}): RowScore {
  const { deciding, ...rest } = over;
  return {
    index,
    line: index + 1,
    range: { start: 0, end: 1 },
    hash: `hash-${index}`,
    tokens: 40,
    responseTokens: 20,
    scores: [score({ value, ...deciding })],
    perTurn: [],
    loss: 2,
    lossPercentile: 50,
    text: { value: 0, percentile: 50 },
    latents: [],
    rank: index + 1,
    flagged: false,
    level: 'ranked',
    reasons: [],
    spans: null,
    phrases: null,
    preview: { prompt: `question ${index}`, response: `answer ${index}` },
    ...rest,
  };
}

export const chance: ChanceExpectation = { n: 60, k: 3, m: 100, alpha: 0.05, expected: 4.918, interval: [1, 11], upperTail: 0.001, smallestAtQ: 33 };

export function summary(over: Partial<AuditSummary> = {}): AuditSummary {
  return {
    file: 'train.jsonl',
    rows: 3,
    scored: 3,
    problems: [],
    level: 'ranked',
    verdict: 'ranked',
    verdictText: 'ranked: review from the top; no error rate is claimed',
    advice: 'Give at least 40 rows that you trust.',
    deciding: { probe: 'trained', measure: 'activation' },
    probes: [{ id: 'trained', name: 'Trained probe', measure: 'activation' }],
    flagged: 0,
    chance: null,
    beyondReference: { count: 1, nullMedian: 0, nullLow: 0, nullHigh: 2, nulls: 200, nullKind: 'permuted labels' },
    alternatives: {
      lossCorrelation: 0.424,
      textCorrelation: -0.1,
      lengthCorrelation: null,
      topShared: { loss: 1, text: 0, length: 0, of: 1 },
      flagged: null,
    },
    histogram: { edges: [0, 1], rows: [3], reference: [10], ordinary: null, band: [0, 1] },
    engine: { model: 'TestModel', modelHash: 'cafe', device: 'CPU', deviceReason: null, precision: 'q4_1', parity: { minCosine: 0.99999998, tokens: 32 }, runtime: 'onnxruntime 1.30' },
    timings: { rowsPerSecond: 34.2, rowsRun: 3, rowsFromCache: 0, seconds: 158 },
    keys: { vector: 'vector-key', score: 'score-key' },
    ...over,
  };
}

/** A stream that keeps what is written. */
export class Recorded extends Writable {
  text = '';
  isTTY: boolean | undefined;
  columns: number | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** Plays recorded results by path. */
export class RecordedAuditor implements Auditor {
  readonly requests: AuditRequest[] = [];
  readonly inspected: InspectRequest[] = [];
  disposed = false;

  constructor(
    private readonly results: Record<string, AuditResult | Error>,
    private readonly events: AuditEvent[] = [],
    private readonly inspection?: RowInspection,
  ) {}

  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): AuditHandle {
    this.requests.push(request);
    const play = async (): Promise<AuditResult> => {
      for (const event of this.events) onEvent(event);
      if (signal?.aborted) throw new CancelledError();
      const result = this.results[request.path];
      if (result instanceof Error || result === undefined) throw result ?? new Error(`nothing recorded for ${request.path}`);
      return result;
    };
    return { result: play(), setView: () => undefined };
  }

  async inspect(request: InspectRequest): Promise<RowInspection> {
    this.inspected.push(request);
    return this.inspection!;
  }

  async teach(): Promise<never> {
    throw new Error('nothing recorded for teaching');
  }

  async residuals(): Promise<never> {
    throw new Error('nothing recorded for residuals');
  }

  async check(): Promise<never> {
    throw new Error('nothing recorded for a check');
  }

  async models(): Promise<never> {
    throw new Error('no models recorded');
  }

  async hasCard(): Promise<never> {
    throw new Error('no models recorded');
  }

  async makeDefaultCard(): Promise<never> {
    throw new Error('nothing recorded for default cards');
  }

  async cacheInfo({ folder, maxBytes }: { folder: string; maxBytes: number }) {
    return { folder, bytes: this.disposed ? 0 : 96_700_000, records: 1234, maxBytes };
  }

  async clearCache({ folder, maxBytes }: { folder: string; maxBytes: number }) {
    return { folder, bytes: 0, records: 0, maxBytes };
  }

  async diagnostics() {
    return { runtime: '', platform: '', node: '', engine: null, cache: null, memory: { rssBytes: 0 } };
  }

  dispose(): void {
    this.disposed = true;
  }
}

export function io(auditor: Auditor, over: Partial<Io> = {}): Io & { stdout: Recorded; stderr: Recorded } {
  return {
    stdout: new Recorded(),
    stderr: new Recorded(),
    env: {},
    modelsFolder: '/nowhere',
    defaultCacheFolder: () => '/cache',
    openAuditor: async () => auditor,
    signal: new AbortController().signal,
    ...over,
  } as Io & { stdout: Recorded; stderr: Recorded };
}

export const plain = { width: 100, top: 20 };
