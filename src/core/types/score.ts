import type { TaughtProbe } from './card';
import type { CharRange, RowProblem } from './dataset';

export type ProbeId = string;
/** `activation+push` is a probe trained on both vectors of a row together. */
export type Measure = 'activation' | 'push' | 'activation+push' | 'projection-difference' | 'trait-likelihood';

/** How a score stands against null probes. */
export interface NullComparison {
  /** What the null probes are: "permuted labels", "random directions", "latents of the same density". */
  kind: string;
  /** How many null probes. */
  count: number;
  /** Share of the null probes that also put this row beyond their own 95th reference percentile, 0..1. */
  shareBeyond: number;
}

export interface Score {
  probe: ProbeId;
  measure: Measure;
  value: number;
  /** Share of the bundled reference rows below this one, 0..100. Context, not an error rate. */
  percentile: number;
  /** Conformal p against the user's own ordinary rows; null without them. */
  p: number | null;
  /** Benjamini-Hochberg q over the file's rows; null where there is none. */
  q: number | null;
  nulls: NullComparison;
}

/** What a mark may claim. */
export type Level = 'ranked' | 'calibrated' | 'taught';

export type Verdict = 'ranked' | 'as expected by chance' | 'more than chance' | 'not decidable' | 'could not run';

export type ReasonCode = 'high-score' | 'truncated' | 'template-markers' | 'pending-loss' | 'no-loss' | 'no-push' | 'no-spans' | 'high-loss' | 'nulls-agree' | 'in-ordinary-rows' | 'single-token';

export interface Reason {
  code: ReasonCode;
  message: string;
}

export interface Flag {
  /** 0-based row index. */
  record: number;
  deciding: Score;
  scores: Score[];
  reasons: Reason[];
  spans: CharRange[];
}

/** The scores of one response turn of a row with several. */
export interface TurnScore {
  turn: number;
  range: CharRange;
  /** Under the card's default probe. */
  value: number;
  percentile: number;
}

/** A few words that carry much of a row's mark. */
export interface Phrase {
  /** As the row has it, decoded. It is a row's text: never logged. */
  text: string;
  range: CharRange;
  /** Of what the row's tokens have above the level of ordinary tokens, the part that these have, 0..1. */
  share: number;
}

/** What the token pass found in a record; null until it read the row (it reads the rows to review only). */
export interface TokenMarks {
  /** The run of response tokens that carries the mark; several ranges where the text stands in several places, none where no token rises above the level. */
  spans: CharRange[] | null;
  /** At most three, hottest first. */
  phrases: Phrase[] | null;
}

/** One side of a preference pair by itself, under the deciding probe; its percentile is among single reference rows. */
export interface SideScore extends TokenMarks {
  value: number;
  percentile: number;
}

/** One row of a scored file, as the host, the command line and reports see it. */
export interface RowScore extends TokenMarks {
  index: number;
  line: number;
  range: CharRange;
  hash: string;
  tokens: number;
  responseTokens: number;
  /** Under each probe of the card, the deciding one first. */
  scores: Score[];
  /** Preference pairs: `scores` are chosen minus rejected, and `spans` and `phrases` those of the chosen side. */
  sides?: { chosen: SideScore; rejected: SideScore };
  perTurn: TurnScore[];
  /** Mean NLL a response token, nats; null while pending. For a pair, chosen minus rejected. */
  loss: number | null;
  /** Percentile of the loss in the reference, 0..100; null while pending. */
  lossPercentile: number | null;
  /** Score of the card's TF-IDF classifier, and its reference percentile. */
  text: { value: number; percentile: number } | null;
  /** The strongest latents: shift in reference standard deviations. */
  latents: LatentShift[];
  /** 1 is the most unusual row under the deciding probe. */
  rank: number;
  flagged: boolean;
  level: Level;
  reasons: Reason[];
  /** First characters of prompt and answer for a table; never logged. */
  preview: { prompt: string; response: string };
}

export interface LatentShift {
  index: number;
  name: string | null;
  /** Mean activation over the row's response tokens, residual units. */
  mean: number;
  /** (mean - reference mean) / reference standard deviation. */
  z: number;
}

/** The file as a whole. */
export interface AuditSummary {
  file: string;
  rows: number;
  scored: number;
  problems: RowProblem[];
  level: Level;
  verdict: Verdict;
  /** The verdict in words, with its numbers. */
  verdictText: string;
  /** One sentence on what to do next. */
  advice: string;
  deciding: { probe: ProbeId; measure: Measure; /** Of a taught card: where it was taught, and what its folds show. */ taught?: TaughtProbe['taught'] };
  /** The card's probes, in the order of a row's scores. */
  probes: { id: ProbeId; name: string; measure: Measure }[];
  flagged: number;
  /** Calibrated only. */
  chance: ChanceExpectation | null;
  /** Rows of the file beyond the reference's 95th percentile under the deciding probe, and under its null probes. */
  beyondReference: { count: number; nullMedian: number; nullLow: number; nullHigh: number; nulls: number; nullKind: string } | null;
  /** Cheap alternatives on the same rows. */
  alternatives: {
    /** Spearman correlation of the deciding score with the loss; null while pending. */
    lossCorrelation: number | null;
    textCorrelation: number | null;
    lengthCorrelation: number | null;
    /** Of the top rows under the deciding probe (flagged, or the first 10 %), how many the alternative also puts on top. */
    topShared: { loss: number | null; text: number | null; length: number | null; of: number };
    /** Calibrated: rows each alternative would flag at the same rate. */
    flagged: { loss: number | null; text: number | null; length: number | null } | null;
  };
  /** Histogram of the deciding score, with the reference's. */
  histogram: Histogram;
  engine: EngineSummary;
  timings: { rowsPerSecond: number | null; rowsRun: number; rowsFromCache: number; seconds: number };
  keys: { vector: string; score: string };
}

/** Ordinary rows alone: how many flags to expect among m rows. Beta-binomial(m, k, n + 1 - k). */
export interface ChanceExpectation {
  /** Ordinary rows. */
  n: number;
  /** floor(alpha (n + 1)). */
  k: number;
  /** Rows of the file that are not themselves ordinary rows. */
  m: number;
  alpha: number;
  expected: number;
  /** 95 % interval of the number flagged among m ordinary rows. */
  interval: [number, number];
  /** Upper tail at the observed number, P(X >= flagged). */
  upperTail: number;
  /** The smallest number of rows that Benjamini-Hochberg could flag at level alpha; null where none can. */
  smallestAtQ: number | null;
}

export interface Histogram {
  /** Bin edges, one more than counts. */
  edges: number[];
  rows: number[];
  reference: number[];
  ordinary: number[] | null;
  /** The reference's 5th and 95th percentile. */
  band: [number, number];
}

/** What the user asked the model to run on; `auto` takes the GPU where it is there, right and not slower. */
export type DeviceSetting = 'auto' | 'cpu' | 'webgpu';

/** A LoRA adapter that the model ran with. */
export interface AdapterSummary {
  /** Its folder's name. */
  name: string;
  /** SHA-256 over its files. */
  hash: string;
  /** 0 is the base, 1 the tuned model. */
  scale: number;
}

export interface EngineSummary {
  model: string;
  modelHash: string;
  /** Absent where the model ran by itself. */
  adapter?: AdapterSummary;
  /** CPU or WebGPU. */
  device: string;
  /** Why it is that device; null where that was asked for and there is nothing to say. */
  deviceReason: string | null;
  precision: string;
  /** Measured at start: smallest cosine of the self-check residuals with the packaged reference. */
  parity: { minCosine: number; tokens: number } | null;
  runtime: string;
}
