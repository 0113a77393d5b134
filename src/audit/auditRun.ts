import { CancelledError, throwIfAborted } from '../base/errors';
import { canonicalJson, sha256 } from '../base/hash';
import type { Logger } from '../base/logger';
import { levelFor } from '../core/calibrate';
import { readDataset } from '../core/dataset';
import { readsPush } from '../core/probe';
import type { RecordTokenizer } from '../core/text';
import type { Dataset, RecordVectors, RowScore, VectorKey } from '../core/types';
import type { Engine } from '../engine/engine';
import type { AuditEvent, AuditRequest, AuditResult, AuditStage, BatchNotice, LineSpan, NoticeCode } from '../protocol';
import type { Assets } from './assets';
import { StageClock } from './clock';
import { LossPass } from './lossPass';
import type { MarkMemory } from './markMemory';
import type { Pass, PassCare, PassHooks } from './pass';
import { PushPass } from './pushPass';
import type { RecordCache } from './recordCache';
import type { RecordPass } from './recordPass';
import { type AuditRow, type PreparedRows, prepareRows, recordsOf, unscored } from './rows';
import { textOf } from './rowText';
import { calibration, scoringContext } from './score/context';
import type { RowKind, ScoredRow } from './score/entry';
import { kindOf } from './score/entry';
import type { OrdinaryInput } from './score/ordinary';
import { Scorer } from './score/scorer';
import { summarise } from './score/summary';
import { scoreKeyHash, tokenLimit, vectorKeyHash } from './keys';
import { type ScoreMemory, vectorsOf } from './scoreMemory';
import { Shortfalls } from './shortfalls';
import { stampOf } from './stamp';
import type { FinishedAudit } from './teach/keptAudit';
import { TokenPass, mostMarked } from './tokenPass';
import { VectorPass } from './vectorPass';

/** For passes whose rows nobody waits for. */
const ignored = { onRows: () => undefined };

/** Rows whose tokens are read where none can be flagged. */
const markedUnlessTold = 10;

export interface AuditParts {
  engine: Engine;
  tokenizer: RecordTokenizer;
  assets: Assets;
  cache: RecordCache;
  key: VectorKey;
  marks: MarkMemory;
}

/**
 * One audit from the file to its flags: activations of all rows first (rows in view before others), then losses, or losses and push, by rank.
 * What has been computed when it is cancelled stays in the cache.
 */
export class AuditRun {
  private pass: Pass | null = null;
  private view: LineSpan | undefined;
  private readonly started = performance.now();
  private readonly shortfalls = new Shortfalls();
  /** All rows have been told with the ranks that they keep. */
  private stands = false;
  /** Of the file as it was read. */
  private stamp: string | null = null;
  /** Told what teaching starts from: when the ranking stands, and again at the end. */
  onTeachable: (audit: FinishedAudit) => void = () => undefined;

  constructor(
    private readonly request: AuditRequest,
    /** Opens what the audit needs; called once the file is known to be readable. */
    private readonly open: (onCacheBroken: (message: string) => void) => Promise<AuditParts>,
    private readonly emit: (event: AuditEvent) => void,
    private readonly memory: ScoreMemory,
    private readonly logger: Logger,
    private readonly signal?: AbortSignal,
    /** Awaited before each batch, and with null after it. */
    private readonly onBatch: (batch: BatchNotice | null) => Promise<void> = () => Promise.resolve(),
  ) {
    this.view = request.view;
  }

  setView(view: LineSpan): void {
    this.view = view;
    this.pass?.setView(view);
  }

  /** @throws ExpectedError, CancelledError */
  async run(): Promise<AuditResult> {
    const { settings, path, text } = this.request;
    this.say('reading');
    this.stamp = await stampOf(path);
    const readOptions = { mapping: settings.mapping, trainOn: settings.trainOn, ...(this.signal ? { signal: this.signal } : {}) };
    const dataset = await readDataset(text === undefined ? { path } : { path, text }, readOptions);
    const ordinaryDataset = settings.ordinary === null ? null : await readDataset({ path: settings.ordinary }, readOptions);
    throwIfAborted(this.signal);
    this.say('loading the model');
    const parts = await this.open((message) => this.notice('no-cache', `The audit goes on without the cache: what it computes is not kept. ${message}`));
    const { engine, assets } = parts;
    const memoryKey = this.memoryKey(parts, ordinaryDataset);
    const kept = this.request.again ? this.memory.recall(memoryKey) : new Map<string, ScoredRow>();
    const vectors = vectorsOf(kept);
    await parts.cache.addTo(vectors, [...dataset.records, ...(ordinaryDataset?.records ?? [])].map(({ hash }) => hash));
    const { rows, problems } = await this.prepare(dataset, parts, vectors);
    const sayRead = () => this.emit({ type: 'read', rows: dataset.rows, shape: dataset.shape, problems: [...problems] });
    sayRead();
    this.emit({ type: 'engine', engine: engine.info });
    throwIfAborted(this.signal);

    const decidedByPush = readsPush(assets.probes[assets.deciding]!);
    const withPush = decidedByPush || settings.measures.includes('push');
    const withLoss = !withPush && settings.measures.includes('loss');
    const ordinary = await this.readOrdinary(ordinaryDataset, vectors, parts, withLoss);
    if (decidedByPush) ordinary.rows = await this.pushOrdinary(ordinary.rows, vectors, parts);

    const scorer = new Scorer(scoringContext(assets, this.ordinaryInput(ordinary.rows, vectors), engine.model.sae?.names ?? new Map<number, string>()), kept);
    const add = (done: AuditRow[]) => {
      scorer.add(done, vectors);
      if (done.length < rows.length) this.emitRows(() => scorer.rows({ complete: false, only: done }));
    };
    const care = this.careFor((row, fault) => {
      problems.push(unscored(row, fault));
      problems.sort((a, b) => a.line - b.line);
      scorer.remove(row);
      sayRead();
    });
    const show = (done: AuditRow[]) => this.emitRows(() => scorer.rows({ complete: true, only: done }));
    // What comes after the score a row can do without.
    const goingOn = this.careFor((row, fault) => {
      this.shortfalls.add(row, fault);
      scorer.lack(row, fault);
      show([row]);
    });
    const unread = problems.length;
    const activations = new VectorPass(engine, parts.cache, vectors, care);
    const activationSeconds = await this.runPass(activations, 'activations', rows, decidedByPush ? ignored : { onRows: add, onReady: add });
    const pushes = new PushPass(engine, parts.cache, vectors, decidedByPush ? care : goingOn);
    if (decidedByPush) await this.runPass(pushes, 'pushes', rows.filter((row) => recordsOf([row]).every(({ record }) => vectors.has(record.hash))), { onRows: add, onReady: add });
    const scored = rows.length - (problems.length - unread);
    const ran = ordinary.ran + activations.ran;
    const summary = () => this.summary(scorer, scored, { dataset: dataset.rows, problems, ordinaryGiven: ordinary.rows.length, parts, activations, activationSeconds });
    this.emitRows(() => scorer.rows({ complete: true }));
    if (await this.isFileAsRead()) await this.readTokens(scorer, vectors, parts, goingOn);
    const tellTeachable = () => this.onTeachable({ scorer, vectors, model: { name: engine.info.model, sha256: engine.info.modelHash }, hookPoint: engine.model.hookPoint, rowsRun: ran });
    const byRank = () => scorer.ranked().map(({ row }) => row);
    // Rows whose loss was known have been told with it.
    if (withLoss) await this.runPass(new LossPass(engine, parts.cache, vectors, goingOn), 'losses', byRank(), { onRows: show });
    if (withPush && !decidedByPush) {
      // All that decides is known: what push adds may take long, and may be stopped.
      tellTeachable();
      this.emit({ type: 'standing', rows: scorer.rows({ complete: true }), summary: summary() });
      this.stands = true;
      await this.pushOrdinary(ordinary.rows, vectors, parts);
      scorer.recalibrate(calibration(assets, this.ordinaryInput(ordinary.rows, vectors)));
      const refresh = (done: AuditRow[]) => {
        scorer.refresh(done);
        show(done);
      };
      await this.runPass(pushes, 'pushes', byRank(), { onRows: refresh, onReady: refresh });
    }
    this.memory.keep(memoryKey, scorer.ranked());

    this.say('scoring');
    const result = this.result(scorer, summary(), parts);
    this.logger.info(`audited ${dataset.rows} rows, ${ran} run, ${result.summary.timings.seconds.toFixed(1)} s: ${result.summary.verdict}`);
    const shortfall = this.shortfalls.notice();
    if (shortfall) this.emit({ type: 'notice', notice: shortfall });
    if (!(await this.isFileAsRead()))
      this.notice('file-changed', `${path} was changed while it was audited: the scores belong to what it held before. Audit it again.`);
    this.emit({ type: 'summary', summary: result.summary });
    tellTeachable();
    await parts.cache.tidy();
    return result;
  }

  /** Tokenises a file's rows, as far as the model's positions go. */
  private async prepare(dataset: Dataset, { engine, tokenizer }: AuditParts, stored: ReadonlyMap<string, RecordVectors>): Promise<PreparedRows> {
    const limit = tokenLimit(this.request.settings.maxTokens, engine);
    return prepareRows(dataset, tokenizer, limit, this.signal, stored);
  }

  /** The ordinary rows that could be read, and for how many the model was run. */
  private async readOrdinary(dataset: Dataset | null, vectors: Map<string, RecordVectors>, parts: AuditParts, withLoss: boolean): Promise<{ rows: AuditRow[]; ran: number }> {
    if (!dataset) return { rows: [], ran: 0 };
    const { engine, cache } = parts;
    const rows = new Set((await this.prepare(dataset, parts, vectors)).rows);
    const clock = new StageClock('reading ordinary rows');
    const total = withLoss ? 2 * rows.size : rows.size;
    const hooks = (offset: number) => ({
      signal: this.signal,
      ...ignored,
      onProgress: (done: number, _total: number, count: number) => this.emit({ type: 'progress', progress: clock.progress(offset + done, total, count) }),
    });
    const care = this.careFor((row, fault) => {
      if (fault.work === 'activations') rows.delete(row);
      this.shortfalls.addOrdinary(row, fault);
    });
    const pass = new VectorPass(engine, cache, vectors, care);
    await pass.run([...rows], hooks(0));
    if (withLoss) await new LossPass(engine, cache, vectors, care).run([...rows], hooks(total / 2));
    return { rows: [...rows], ran: pass.ran };
  }

  /** Which tokens carry the marks of the rows to review. */
  private async readTokens(scorer: Scorer, vectors: Map<string, RecordVectors>, { engine, assets, key, marks: memory }: AuditParts, care: PassCare): Promise<void> {
    const { path, text, spans = markedUnlessTold } = this.request;
    const rows = spans > 0 ? scorer.toReview(spans).slice(0, mostMarked) : [];
    const clock = new StageClock('spans');
    const pass = new TokenPass({ engine, assets, vectors, memory, care, scoreKey: scoreKeyHash(key, assets), source: text === undefined ? { path } : { path, text } });
    await pass.run(rows, (row, marks) => scorer.mark(row, marks), {
      signal: this.signal,
      onRows: (done) => this.emitRows(() => scorer.rows({ complete: true, only: done })),
      onProgress: (done, total, count) => this.emit({ type: 'progress', progress: clock.progress(done, total, count) }),
    });
  }

  /**
   * Push vectors of the user's ordinary rows, so that pushes get their error rate too.
   * @returns the rows that have them
   */
  private async pushOrdinary(rows: AuditRow[], vectors: Map<string, RecordVectors>, { engine, cache }: AuditParts): Promise<AuditRow[]> {
    const pushed = new Set(rows);
    const care = this.careFor((row, fault) => {
      pushed.delete(row);
      this.shortfalls.addOrdinary(row, fault);
    });
    if (rows.length) await this.runPass(new PushPass(engine, cache, vectors, care), 'reading ordinary rows', rows, ignored);
    return [...pushed];
  }

  private careFor(onFailed: PassCare['onFailed']): PassCare {
    return { alone: new Set(this.request.care?.alone), setAside: this.request.care?.setAside ?? [], onBatch: this.onBatch, onFailed };
  }

  /**
   * Runs a pass that can be told what is in view, as a stage of its own.
   * @returns seconds
   */
  private async runPass(pass: RecordPass, stage: AuditStage, rows: AuditRow[], onDone: Pick<PassHooks, 'onRows' | 'onReady'>): Promise<number> {
    const clock = new StageClock(stage);
    this.pass = pass;
    if (this.view) pass.setView(this.view);
    try {
      await pass.run(rows, {
        signal: this.signal,
        ...onDone,
        onProgress: (done, total, count) => this.emit({ type: 'progress', progress: clock.progress(done, total, count) }),
      });
    } catch (error) {
      if (error instanceof CancelledError) this.logger.info(`cancelled in ${pass.work}, ${pass.ran} rows run`);
      throw error;
    } finally {
      this.pass = null;
    }
    return clock.seconds;
  }

  /** The user's ordinary rows as scoring takes them, where there are enough of a kind to calibrate on. */
  private ordinaryInput(rows: AuditRow[], vectors: ReadonlyMap<string, RecordVectors>): Record<RowKind, OrdinaryInput['rows'] | null> {
    const ofKind = (kind: RowKind) => {
      const found = rows.filter((row) => kindOf(row) === kind);
      if (levelFor(found.length).level === 'ranked') return null;
      return found.map(({ main, rejected }) => ({
        main: vectors.get(main.record.hash)!,
        rejected: rejected ? vectors.get(rejected.record.hash)! : null,
        response: textOf(main.record).response,
        rejectedResponse: rejected && textOf(rejected.record).response,
      }));
    };
    return { single: ofKind('single'), pair: ofKind('pair') };
  }

  private summary(
    scorer: Scorer,
    scored: number,
    { dataset, problems, ordinaryGiven, parts, activations, activationSeconds }: {
      dataset: number;
      problems: PreparedRows['problems'];
      ordinaryGiven: number;
      parts: AuditParts;
      activations: VectorPass;
      activationSeconds: number;
    },
  ): AuditResult['summary'] {
    const { engine, assets, key } = parts;
    return {
      ...summarise({ file: this.request.path, rows: dataset, problems, scorer, ordinaryGiven }),
      engine: engine.info,
      timings: {
        rowsPerSecond: activations.ran ? activations.ran / activationSeconds : null,
        rowsRun: activations.ran,
        rowsFromCache: scored - activations.ran,
        seconds: (performance.now() - this.started) / 1000,
      },
      keys: { vector: vectorKeyHash(key), score: scoreKeyHash(key, assets) },
    };
  }

  private result(scorer: Scorer, summary: AuditResult['summary'], { key }: AuditParts): AuditResult {
    return {
      rows: scorer.rows({ complete: true }),
      summary,
      ...(this.request.nullScores ? { nullScores: scorer.nullScores() } : {}),
      ...(this.request.vectors ? { vectors: { hookPoints: key.captureSet, rows: scorer.rowVectors() } } : {}),
    };
  }

  /** Whether the file is still what was read, so that places in it hold. */
  private async isFileAsRead(): Promise<boolean> {
    return this.request.text !== undefined || (await stampOf(this.request.path)) === this.stamp;
  }

  private notice(code: NoticeCode, message: string): void {
    this.emit({ type: 'notice', notice: { code, message } });
  }

  /** Rows before the end, where whoever asked has not got them from the last audit. */
  private emitRows(rows: () => RowScore[]): void {
    if (!this.request.again || this.stands) this.emit({ type: 'rows', rows: rows() });
  }

  /** All that a row's numbers depend on beside its own records. */
  private memoryKey({ key, assets }: AuditParts, ordinary: Dataset | null): string {
    return sha256(canonicalJson([scoreKeyHash(key, assets), ordinary && ordinary.records.map(({ hash }) => hash)]));
  }

  private say(stage: AuditStage): void {
    this.emit({ type: 'progress', progress: { stage, done: 0, total: 0, rowsPerSecond: null, secondsLeft: null } });
  }
}

