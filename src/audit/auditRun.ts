import { CancelledError, throwIfAborted } from '../base/errors';
import type { Logger } from '../base/logger';
import { type TextReader, readDataset } from '../core/dataset';
import { readsPush } from '../core/probe';
import type { Dataset } from '../core/types';
import type { Engine } from '../engine/engine';
import type { AuditEvent, AuditRequest, AuditResult, AuditStage, BatchNotice, LineSpan, PassWork } from '../protocol';
import type { AuditParts } from './auditParts';
import { faultOf } from './faultWords';
import { KnownRecords } from './knownRecords';
import { scoreKeyHash, tokenLimit } from './keys';
import { LossPass } from './lossPass';
import { OrdinaryFile } from './ordinaryFile';
import type { Pass, PassCare, PassHooks } from './pass';
import { PushPass } from './pushPass';
import type { RecordPass } from './recordPass';
import { resultOf, summaryOf } from './auditResult';
import { type AuditRow, type PreparedRows, pairUp, prepareRows, recordsOf, rowKey, unscored } from './rows';
import { calibration, scoringContext } from './score/context';
import { Scorer } from './score/scorer';
import { type RememberedScores, type ScoreMemory } from './scoreMemory';
import { Shortfalls } from './shortfalls';
import { stampOf } from './stamp';
import type { FinishedAudit } from './teach/keptAudit';
import { Telling } from './telling';
import { TokenPass, mostMarked } from './tokenPass';
import { VectorPass } from './vectorPass';

/** For passes whose rows nobody waits for. */
const ignored = { onRows: () => undefined };

/** Rows whose tokens are read where none can be flagged. */
const markedUnlessTold = 10;

/** What surrounds one audit. */
export interface AuditSurroundings {
  /** Opens what the audit needs. */
  open: (onCacheBroken: (message: string) => void) => Promise<AuditParts>;
  emit: (event: AuditEvent) => void;
  reader: TextReader;
  memory: ScoreMemory;
  logger: Logger;
  signal?: AbortSignal | undefined;
  /** Awaited before each batch, and with null after it. */
  onBatch?: ((batch: BatchNotice | null) => Promise<void>) | undefined;
  /** Vectors of every row are wanted, also of rows whose scores are known. */
  needsVectors?: boolean;
}

/**
 * One audit from the file to its flags: activations of all rows first (rows in view before others), then losses, or losses and push, by rank. Rows
 * whose numbers are in the cache are shown before anything is run. What has been computed when it is cancelled stays in the cache.
 */
export class AuditRun {
  private pass: Pass | null = null;
  private view: LineSpan | undefined;
  private readonly started = performance.now();
  private readonly shortfalls = new Shortfalls();
  private readonly telling: Telling;
  /** Of the file as it was read. */
  private stamp: string | null = null;
  /** Told what teaching starts from: when the ranking stands, and again at the end. */
  onTeachable: (audit: FinishedAudit) => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly request: AuditRequest,
    private readonly around: AuditSurroundings,
  ) {
    this.view = request.view;
    this.telling = new Telling(around.emit, request.again ?? false);
  }

  setView(view: LineSpan): void {
    this.view = view;
    this.pass?.setView(view);
  }

  /** @throws ExpectedError, CancelledError */
  async run(): Promise<AuditResult> {
    const { settings, path, text } = this.request;
    const { telling } = this;
    const { logger, signal, memory } = this.around;
    telling.stage('reading');
    this.stamp = await stampOf(path);
    const opening = this.around.open((message) => telling.notice('no-cache', `The audit goes on without the cache: what it computes is not kept. ${message}`));
    // Where the file cannot be read, that is what is said.
    opening.catch(() => undefined);
    const readOptions = { mapping: settings.mapping, trainOn: settings.trainOn, ...(signal ? { signal } : {}) };
    const dataset = text === undefined ? await readDataset({ path }, readOptions) : await this.around.reader.read({ path, text }, readOptions);
    const ordinaryDataset = settings.ordinary === null ? null : await readDataset({ path: settings.ordinary }, readOptions);
    throwIfAborted(signal);
    telling.stage('loading the model');
    const parts = this.tellingOfEngine(await opening);
    const { assets, cache, model } = parts;
    const key = scoreKeyHash(parts.scores.key);
    const known = await this.recall(dataset, parts, this.request.again ? memory.recall(key) : null);
    const { rows, problems } = await this.prepare(dataset, known, parts);
    const sayRead = () => telling.emit({ type: 'read', rows: dataset.rows, shape: dataset.shape, problems: [...problems] });
    sayRead();
    throwIfAborted(signal);

    const decidedByPush = readsPush(assets.probes[assets.deciding]!);
    const withPush = decidedByPush || settings.measures.includes('push');
    const withLoss = !withPush && settings.measures.includes('loss');
    const ordinary = new OrdinaryFile(ordinaryDataset ? await this.prepare(ordinaryDataset, known, parts) : { rows: [], problems: [] }, {
      known,
      parts,
      telling,
      shortfalls: this.shortfalls,
      careFor: (onFailed) => this.careFor(onFailed),
      signal,
    });
    await ordinary.read(withLoss);
    if (decidedByPush) await ordinary.push({ decides: true });

    const scorer = new Scorer(scoringContext(assets, ordinary.input(), model.sae?.names ?? new Map<number, string>()), known.values, known.losses);
    const add = (done: AuditRow[]) => {
      scorer.add(done, known.vectors);
      if (done.length < rows.length) telling.rows(() => scorer.rows({ complete: false, only: done }));
    };
    const care = this.careFor((row, fault) => {
      problems.push(unscored(row, fault));
      problems.sort((a, b) => a.line - b.line);
      scorer.remove(row);
      sayRead();
    });
    const show = (done: AuditRow[]) => telling.rows(() => scorer.rows({ complete: true, only: done }));
    // What comes after the score a row can do without.
    const goingOn = this.careFor((row, fault) => {
      this.shortfalls.add(row, fault);
      scorer.lack(row, fault);
      show([row]);
    });
    const unread = problems.length;
    const wanted = this.needsVectors ? known.withoutValues : known;
    const activations = new VectorPass(parts.engine, cache, wanted, care);
    const pushes = new PushPass(parts.engine, cache, known, decidedByPush ? care : goingOn, (row) => !this.needsVectors && scorer.isPushed(row));
    let activationSeconds: number;
    try {
      activationSeconds = await this.runPass(activations, 'activations', rows, decidedByPush ? ignored : { onRows: add, onReady: add });
      if (decidedByPush) {
        const isKnown = (row: AuditRow) => wanted.values.has(row.key);
        add(rows.filter(isKnown));
        await this.runPass(pushes, 'pushes', rows.filter((row) => !isKnown(row) && known.hasVectors(row)), { onRows: add, onReady: add });
      }
    } finally {
      await parts.scores.putValues(scorer.takeFresh());
    }
    const scored = rows.length - (problems.length - unread);
    const ran = ordinary.ran + activations.ran;
    telling.rows(() => scorer.rows({ complete: true }));
    if (await this.isFileAsRead()) await this.readTokens(scorer, known, parts, goingOn);
    const engine = await parts.engine();
    const summary = () =>
      summaryOf({ file: path, rows: dataset.rows, problems, scorer, ordinaryGiven: ordinary.rows.size }, { engine: engine.info, parts, scored, activations, activationSeconds, started: this.started });
    const tellTeachable = (pushed: boolean) => this.onTeachable({ scorer, known, cache, pushed, model: { name: engine.info.model, sha256: engine.info.modelHash }, hookPoint: model.hookPoint, rowsRun: ran });
    const byRank = () => scorer.ranked().map(({ row }) => row);
    // Rows whose loss was known have been told with it.
    if (withLoss) {
      // A segment of vectors may hold losses too.
      await known.load(cache, recordsOf(rows).flatMap(({ record: { hash } }) => (known.losses.has(hash) ? [] : [hash])));
      await this.runPass(new LossPass(parts.engine, cache, known, goingOn), 'losses', byRank(), { onRows: show });
    }
    if (withPush && !decidedByPush) {
      // All that decides is known: what push adds may take long, and may be stopped.
      await tellTeachable(false);
      telling.emit({ type: 'standing', rows: scorer.rows({ complete: true }), summary: summary() });
      telling.stands = true;
      await ordinary.push({ decides: false });
      scorer.recalibrate(calibration(assets, ordinary.input()));
      const refresh = (done: AuditRow[]) => {
        scorer.refresh(done, known.vectors);
        show(done);
      };
      try {
        await this.needVectors(byRank().filter((row) => !scorer.isPushed(row)), 'push', known, parts, goingOn);
        await this.runPass(pushes, 'pushes', byRank().filter((row) => scorer.isPushed(row) || known.hasVectors(row)), { onRows: refresh, onReady: refresh });
      } finally {
        await parts.scores.putValues(scorer.takeFresh());
      }
    }
    memory.keep(key, scorer.ranked(), known);

    telling.stage('scoring');
    const result = resultOf(this.request, scorer, known, summary(), cache.key);
    logger.info(`audited ${dataset.rows} rows, ${ran} run, ${result.summary.timings.seconds.toFixed(1)} s: ${result.summary.verdict}`);
    const shortfall = this.shortfalls.notice();
    if (shortfall) telling.emit({ type: 'notice', notice: shortfall });
    if (!(await this.isFileAsRead()))
      telling.notice('file-changed', `${path} was changed while it was audited: the scores belong to what it held before. Audit it again.`);
    telling.emit({ type: 'summary', summary: result.summary });
    await tellTeachable(withPush);
    await parts.access.tidy(cache.key, parts.scores.key);
    return result;
  }

  /** The engine is told of once, when it is open. */
  private tellingOfEngine(parts: AuditParts): AuditParts {
    let opened: Promise<Engine> | undefined;
    const open = async () => {
      const engine = await parts.engine();
      this.telling.emit({ type: 'engine', engine: engine.info });
      return engine;
    };
    return { ...parts, engine: () => (opened ??= open()) };
  }

  private get needsVectors(): boolean {
    return this.around.needsVectors || this.request.vectors || this.request.nullScores || false;
  }

  /** What is known of the file's rows: from the last audit where that is meant, else from the cache. */
  private async recall(dataset: Dataset, { cache, scores }: AuditParts, remembered: RememberedScores | null): Promise<KnownRecords> {
    const hashes = dataset.records.map(({ hash }) => hash);
    const pairs = pairUp(dataset.records);
    const keys = pairs.map(({ main, rejected }) => rowKey(main, rejected));
    const values = only(keys, remembered?.values);
    for (const [key, row] of await scores.values(keys.filter((key) => !values.has(key)))) values.set(key, row);
    const known = new KnownRecords(values, only(hashes, remembered?.vectors), only(hashes, remembered?.losses));
    await known.loadLosses(cache, hashes);
    const unknown = this.needsVectors ? pairs : pairs.filter((_, i) => !values.has(keys[i]!));
    await known.load(cache, unknown.flatMap(({ main, rejected }) => (rejected ? [main.hash, rejected.hash] : [main.hash])));
    return known;
  }

  /** Tokenises a file's rows, as far as the model's positions go. */
  private async prepare(dataset: Dataset, known: KnownRecords, { model, tokenizer }: AuditParts): Promise<PreparedRows> {
    const limit = tokenLimit(this.request.settings.maxTokens, model);
    return prepareRows(dataset, tokenizer, limit, this.around.signal, known.lengthsOf(dataset.records));
  }

  /** Which tokens carry the marks of the rows to review. */
  private async readTokens(scorer: Scorer, known: KnownRecords, parts: AuditParts, care: PassCare): Promise<void> {
    const { path, text, spans = markedUnlessTold } = this.request;
    const { engine, model, assets, marks: memory, scores } = parts;
    const rows = spans > 0 ? scorer.toReview(spans).slice(0, mostMarked) : [];
    const { onProgress } = this.telling.progress('spans');
    const scoreKey = scoreKeyHash(scores.key);
    await memory.load(scores, scoreKey, recordsOf(rows).map(({ record }) => record.hash));
    const isRead = (row: AuditRow) => recordsOf([row]).every(({ record }) => memory.get(scoreKey, record.hash));
    await this.needVectors(rows.filter((row) => !isRead(row)), 'tokens', known, parts, care);
    const pass = new TokenPass({ engine, model, assets, vectors: known.vectors, memory, care, scoreKey, source: text === undefined ? { path } : { path, text } });
    try {
      await pass.run(rows.filter((row) => isRead(row) || known.hasVectors(row)), (row, marks) => scorer.mark(row, marks), {
        signal: this.around.signal,
        onRows: (done) => this.telling.rows(() => scorer.rows({ complete: true, only: done })),
        onProgress,
      });
    } finally {
      await scores.putSpans(pass.found);
    }
  }

  /** Vectors of rows whose scores were known without them; a row that cannot have them goes without what the work gives, and keeps its score. */
  private async needVectors(rows: readonly AuditRow[], work: PassWork, known: KnownRecords, { engine, cache }: AuditParts, care: PassCare): Promise<void> {
    await known.load(cache, recordsOf(rows).map(({ record }) => record.hash));
    // The cache may have lost them since.
    const missing = rows.filter((row) => !known.hasVectors(row));
    const onFailed: PassCare['onFailed'] = (row, fault) => care.onFailed(row, faultOf(work, fault));
    await new VectorPass(engine, cache, known.withoutValues, { ...care, onFailed }).run(missing, { signal: this.around.signal, ...ignored, onProgress: () => undefined });
  }

  private careFor(onFailed: PassCare['onFailed']): PassCare {
    return { alone: new Set(this.request.care?.alone), setAside: this.request.care?.setAside ?? [], onBatch: this.around.onBatch ?? (() => Promise.resolve()), onFailed };
  }

  /**
   * Runs a pass that can be told what is in view, as a stage of its own.
   * @returns seconds
   */
  private async runPass(pass: RecordPass, stage: AuditStage, rows: AuditRow[], onDone: Pick<PassHooks, 'onRows' | 'onReady'>): Promise<number> {
    const { clock, onProgress } = this.telling.progress(stage);
    this.pass = pass;
    if (this.view) pass.setView(this.view);
    try {
      await pass.run(rows, { signal: this.around.signal, ...onDone, onProgress });
    } catch (error) {
      if (error instanceof CancelledError) this.around.logger.info(`cancelled in ${pass.work}, ${pass.ran} rows run`);
      throw error;
    } finally {
      this.pass = null;
    }
    return clock.seconds;
  }

  /** Whether the file is still what was read, so that places in it hold. */
  private async isFileAsRead(): Promise<boolean> {
    return this.request.text !== undefined || (await stampOf(this.request.path)) === this.stamp;
  }
}

/** The entries of these keys. */
function only<V>(keys: readonly string[], from: ReadonlyMap<string, V> | undefined): Map<string, V> {
  return new Map(from && keys.flatMap((key) => (from.has(key) ? [[key, from.get(key)!] as const] : [])));
}
