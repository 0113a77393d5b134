import type {
  AuditSummary,
  CharRange,
  DeviceSetting,
  EngineSummary,
  FieldMapping,
  Histogram,
  HookPoint,
  LabelledHash,
  Measure,
  PairSide,
  PersonaCard,
  ProbeId,
  Role,
  RowProblem,
  RowScore,
  RowVectors,
  ShapeId,
  TeachResult,
  TemplateChoice,
} from '../core/types';

export type { DeviceSetting, TemplateChoice };

/** Everything that decides what an audit gives, apart from the file itself. */
export interface AuditSettings {
  /** Folder of the model; null for the bundled one. */
  model: string | null;
  /** Folder of a LoRA adapter that peft saved, and how much of it: 0 is the base, 1 the tuned model. */
  adapter: { folder: string; scale: number } | null;
  /** Path of a persona card; null for the bundled one. */
  card: string | null;
  /** Path of a file of the user's own trusted rows. */
  ordinary: string | null;
  /** Rows longer than this are scored up to it and marked. */
  maxTokens: number;
  mapping: FieldMapping | null;
  /** What trains: all assistant turns or the last one. */
  trainOn: 'all' | 'last';
  /** System prompt put before conversations that have none; null leaves it to the template. */
  systemPrompt: string | null;
  template: TemplateChoice;
  /** What is computed: activations always; push gives the loss as well. */
  measures: ('activation' | 'loss' | 'push')[];
  cache: { folder: string; maxBytes: number } | null;
  /** onnxruntime intra-op threads; null lets it choose. */
  threads: number | null;
  device: DeviceSetting;
}

export interface AuditRequest {
  path: string;
  /** The text of a dirty document; without it the file is read. */
  text?: string;
  settings: AuditSettings;
  /** Rows on these lines (1-based, inclusive) go first. */
  view?: LineSpan;
  /**
   * Rows from the top of the ranking whose tokens are read for spans and phrases; 10 unless told, 0 for none at all. Where rows
   * can be flagged it is the flagged ones instead, up to 200.
   */
  spans?: number;
  /** Give the rows' scores under the null probes too. */
  nullScores?: boolean;
  /** Give the rows' vectors too, to whoever runs the audit in its own process. */
  vectors?: boolean;
  /** Which records ended the engine in an earlier run; set by who started it again. */
  care?: Care;
  /**
   * The document was audited before with the same settings, and what that gave stays on show until this audit ends: rows come with
   * the result only, and those that did not change are taken as they were scored.
   */
  again?: boolean;
}

/** What is done otherwise after a crash. Records by hash. */
export interface Care {
  /** These run in a batch by themselves. */
  alone: string[];
  /** On these a pass does not run: their rows go without what it gives, and the message says why. */
  setAside: SetAside[];
}

export interface SetAside extends Fault {
  hash: string;
}

/** What could not be done for a row, and why. */
export interface Fault {
  work: PassWork;
  message: string;
}

/** What a pass over rows does. */
export type PassWork = 'activations' | 'tokens' | 'losses' | 'push';

/** A batch that is about to run. Hashes only: no text of a row crosses for this. */
export interface BatchNotice {
  work: PassWork;
  hashes: string[];
  tokens: number;
}

export interface LineSpan {
  first: number;
  last: number;
}

export type AuditStage = 'reading' | 'loading the model' | 'reading ordinary rows' | 'activations' | 'spans' | 'losses' | 'pushes' | 'scoring' | 'comparing blocks' | 'training the card';

export interface AuditProgress {
  stage: AuditStage;
  done: number;
  total: number;
  /** Rows run a second in this stage; null before the first batch. */
  rowsPerSecond: number | null;
  secondsLeft: number | null;
}

export type NoticeCode = 'engine-restarted' | 'no-cache' | 'file-changed' | 'not-computed';

/** Something went wrong on the way and the audit went on: what, and what it means. Shown once a code. */
export interface AuditNotice {
  code: NoticeCode;
  message: string;
}

/**
 * What an audit says while it runs, in this order: read, progress and rows, summary. `engine` comes once it is open: before the first row that is
 * run, and after rows whose scores the cache has. `read` comes again when a row turns out to be a problem, and everything after the engine was
 * started again; rows may come again with more filled in, and the last of it comes with the result. Where push follows, `standing` comes before it: all rows, with the ranks, flags and summary that
 * push does not change. Notices come at any time.
 */
export type AuditEvent =
  | { type: 'notice'; notice: AuditNotice }
  | { type: 'read'; rows: number; shape: ShapeId; problems: RowProblem[] }
  | { type: 'engine'; engine: EngineSummary }
  | { type: 'progress'; progress: AuditProgress }
  | { type: 'rows'; rows: RowScore[] }
  | { type: 'standing'; rows: RowScore[]; summary: AuditSummary }
  | { type: 'summary'; summary: AuditSummary };

/** All of a finished audit. */
export interface AuditResult {
  rows: RowScore[];
  summary: AuditSummary;
  /** Scores under the deciding probe's null probes, `[rows, count]`, in the rows' order, where they were asked for. */
  nullScores?: { count: number; values: Float32Array };
  /** Where asked for, in the rows' order, at the model's hook points. Stays in the process that ran the audit. */
  vectors?: { hookPoints: HookPoint[]; rows: RowVectors[] };
}

/** Teaches a probe on marks of the file. An audit of the same text and settings that was the last one is not run again. */
export interface TeachRequest extends AuditRequest {
  marks: LabelledHash[];
  /** Also gives the probe as a card; `software` is written into its provenance. */
  card?: { software: string };
  /** Also teaches on that many of the marks, drawn with a fixed seed, and tells what it reaches on the others. */
  report?: number[];
}

export interface TaughtFile extends TeachResult {
  /** Only where it was asked for and there were enough marks. */
  card: PersonaCard | null;
}

/** Makes the default card of a model that came without one, and the reference rows' vectors under it. */
export interface DefaultCardRequest {
  settings: AuditSettings;
  /** Where to read; null compares all blocks. */
  hookPoint: HookPoint | null;
  /** Written into the card's provenance. */
  software: string;
}

export interface DefaultCardResult {
  model: string;
  /** Folder of the profile: the card, the reference rows and their vectors. */
  folder: string;
  card: PersonaCard;
  hookPoint: HookPoint;
  /** Mean held-out AUROC over the training domains after each block; null where the hook point was told. */
  separations: number[] | null;
  referenceRows: number;
}

export interface InspectRequest extends AuditRequest {
  /** 0-based row. */
  index: number;
  /** Preference pairs; `chosen` unless told. */
  side?: PairSide;
  /** Whose probes are read over the tokens; activation unless told. Push takes a backward pass. */
  measures?: ('activation' | 'push')[];
}

/** A token of an inspected row. */
export interface InspectedToken {
  text: string;
  /** -1 for template text. */
  turn: number;
  role: Role | null;
  /** Its characters in the document; null for template text. */
  range: CharRange | null;
  /** Fine-tuning trains on it. */
  response: boolean;
  /** Left out of shading and latents: a position of massive norm. */
  masked: boolean;
  /** Nats; null at the first token. */
  nll: number | null;
}

/** One probe over the tokens of a row. */
export interface InspectedProbe {
  id: ProbeId;
  name: string;
  measure: Measure;
  /** What the row's value is of its tokens': the mean over response tokens unless told, or the sum over all of them. */
  perToken?: 'mean' | 'sum';
  values: Float32Array;
  rowValue: number;
  percentile: number;
  /** 5th and 95th percentile of the reference rows' scores. */
  band: [number, number];
}

/** One latent over the tokens of a row. */
export interface InspectedLatent {
  index: number;
  name: string | null;
  mean: number;
  z: number;
  values: Float32Array;
}

/** What the heatmap and `persona-lens inspect` show: the one record whose activations leave the engine, reduced to what is drawn. */
export interface RowInspection {
  index: number;
  line: number;
  hash: string;
  side?: PairSide;
  shape: ShapeId;
  tokens: InspectedToken[];
  truncated: boolean;
  templateMarkers: boolean;
  /** Measures that the card has probes of, asked for or not. */
  measures: Measure[];
  probes: InspectedProbe[];
  /** Strongest shifts first. */
  latents: InspectedLatent[];
  /** Largest latent value in the row, residual units. */
  latentMax: number;
  engine: EngineSummary;
}

/** What a heatmap needs beside the inspection. */
export interface RowContext {
  score: RowScore | null;
  histogram: Histogram | null;
}

/** What decides which model runs, and where. */
export type ModelSettings = Pick<AuditSettings, 'model' | 'adapter' | 'threads' | 'device' | 'cache'>;

/** Asks which models there are: the bundled one, those in folders, and those in the Hugging Face cache. */
export interface ModelsRequest {
  folders: string[];
  /** Whether the cache on this machine is looked through. */
  cache: boolean;
}

/** A model that may be chosen. */
export interface ListedModel {
  /** null for the bundled one. */
  folder: string | null;
  name: string;
  source: 'bundled' | 'folder' | 'cache';
  /** Its `model_type`; null where that could not be read. */
  architecture: string | null;
  /** Of its weights. */
  bytes: number | null;
  /** Why it cannot be used; null where it can. */
  problem: string | null;
}

/** Asks what a model is and whether it can be used here. */
export interface CheckRequest {
  settings: ModelSettings;
}

/** Asks for the residual stream of a text, written to a file so that it can be compared with another framework's. */
export interface ResidualsRequest {
  settings: ModelSettings;
  /** A text as the model's tokenizer reads it, one user message in the chat template, or tokens. */
  input: { text: string } | { message: string } | { ids: number[] };
  /** Names of hook points, or `all`. */
  hooks: string[];
  /** A .safetensors file, which is written anew. */
  out: string;
  /** Name and version of the product, written into the file. */
  software: string;
}

/** What was written. */
export interface ResidualsFile {
  path: string;
  model: string;
  tokens: number;
  hooks: string[];
  bytes: number;
}

export interface CacheInfo {
  folder: string;
  bytes: number;
  records: number;
  maxBytes: number;
}

export interface Diagnostics {
  runtime: string;
  platform: string;
  node: string;
  engine: EngineSummary | null;
  cache: CacheInfo | null;
  memory: { rssBytes: number };
}
