import { join } from 'node:path';
import { CancelledError, ExpectedError, messageOf } from '../base/errors';
import { type Logger, silentLogger } from '../base/logger';
import { adapterFiles } from '../core/model';
import { type TeachFeatures, prepareFeatures } from '../core/teach';
import { TextReader } from '../core/dataset';
import { RecordTokenizer } from '../core/text';
import type { CheckFinding, ModelCheck } from '../core/types';
import type { Engine } from '../engine/engine';
import { type MemoryRoom, memoryRoom } from '../engine/memoryNeed';
import { defaultCardOf } from '../engine/modelDescription';
import { runtimeVersion } from '../engine/ortSession';
import type { AuditEvent, AuditRequest, AuditSettings, AuditStage, BatchNotice, CacheInfo, CheckRequest, DefaultCardRequest, DefaultCardResult, Diagnostics, InspectRequest, ListedModel, ModelSettings, ModelsRequest, ResidualsFile, ResidualsRequest, RowInspection, TaughtFile, TeachRequest } from '../protocol';
import { VectorStore, defaultProfilesFolder } from '../store';
import { type Assets, type ScoringAssets, loadAssets } from './assets';
import type { AuditParts } from './auditParts';
import { AuditRun } from './auditRun';
import type { AuditHandle, Auditor, CacheLocation } from './auditor';
import { CacheAccess } from './cacheAccess';
import { bundledModelFolder } from './catalogue';
import { checkModel } from './check/modelCheck';
import { StageClock } from './clock';
import { makeProfile } from './defaultCard/makeProfile';
import { readTrainingPairs } from './defaultCard/pairs';
import { inspectRow } from './inspect';
import { scoreKey, vectorKey } from './keys';
import { MarkMemory } from './markMemory';
import { Memo } from './memo';
import { ModelOpening } from './modelOpening';
import { listModels } from './models/listModels';
import { RecordCache } from './recordCache';
import { writeResiduals } from './residualsFile';
import { withBackgrounds } from './score/backgrounds';
import { ScoreCache } from './scoreCache';
import { ScoreMemory } from './scoreMemory';
import { stampOf } from './stamp';
import { type FinishedAudit, fingerprintOf, keep } from './teach/keptAudit';
import { teachFile } from './teach/teachFile';

/** Awaited before each batch, and with null after it. */
type OnBatch = (batch: BatchNotice | null) => Promise<void>;

export interface ServiceOptions {
  /** Folder that holds the bundled models. */
  modelsFolder: string;
  /** Where profiles of models without a manifest lie; the user's data folder unless told. */
  profilesFolder?: string;
  /** Script of the device probe; without it the model runs on the CPU. */
  probe?: string;
  /** Memory that a model may take; what is free unless told. */
  room?: () => MemoryRoom;
  logger?: Logger;
}

/**
 * The pipeline in this process: what the engine child, the command line and tests use. A model, once opened, stays
 * open until another one is asked for.
 */
export class AuditService implements Auditor {
  private readonly logger: Logger;
  private readonly room: () => MemoryRoom;
  private readonly openings = new Memo<ModelOpening>(
    (opening) => opening.dispose(),
    (error) => this.logger.warn(`a model was not released: ${messageOf(error)}`),
  );
  private readonly assets = new Memo<Assets>();
  private readonly scoringAssets = new Memo<ScoringAssets>();
  private readonly tokenizers = new Memo<RecordTokenizer>();
  private readonly marks = new MarkMemory();
  private readonly features = new Memo<TeachFeatures>();
  /** The last audit, which teaching starts from. */
  private last: { fingerprint: string; audit: FinishedAudit } | null = null;
  private readonly reader = new TextReader();
  /** A model that was opened before its profile was made is opened anew. */
  private profilesMade = 0;
  private readonly memory = new ScoreMemory();
  private lastCache: CacheLocation | null = null;

  constructor(private readonly options: ServiceOptions) {
    this.logger = options.logger ?? silentLogger;
    this.room = options.room ?? memoryRoom;
  }

  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch?: OnBatch): AuditHandle {
    return this.start(request, onEvent, signal, onBatch);
  }

  async teach(request: TeachRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch?: OnBatch): Promise<TaughtFile> {
    const fingerprint = await fingerprintOf(request);
    const before = this.last?.fingerprint === fingerprint ? await keep(fingerprint, this.last.audit) : null;
    // The cache may have lost vectors of rows whose scores it has.
    if (!before) await this.start(request, onEvent, signal, onBatch, true).result;
    const kept = before ? { ...before, rowsRun: 0 } : (await keep(fingerprint, this.last!.audit))!;
    const features = await this.features.get(kept.fingerprint, () => prepareFeatures(kept.rows, signal));
    return teachFile(request, kept, features, signal);
  }

  /** @param onBatch as of `audit` */
  async makeDefaultCard({ settings, hookPoint, software }: DefaultCardRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch: (batch: BatchNotice | null) => Promise<void> = async () => undefined): Promise<DefaultCardResult> {
    const { modelsFolder } = this.options;
    const { model: folder, maxTokens } = settings;
    if (folder === null) throw new ExpectedError('has-card', 'The bundled model comes with its default card. Give the folder of another model: --model DIR.');
    if (settings.adapter) throw new ExpectedError('bad-setting', "A model's default card and reference rows are of the model by itself. Leave the adapter out: --adapter, or the setting personaLens.adapter.");
    let clock = new StageClock('loading the model');
    const onProgress = (stage: AuditStage, done: number, total: number, ran: number) => {
      if (clock.stage !== stage) clock = new StageClock(stage);
      onEvent({ type: 'progress', progress: clock.progress(done, total, ran) });
    };
    const onCacheBroken = (message: string) => onEvent({ type: 'notice', notice: { code: 'no-cache', message: `Nothing that is computed is kept for another run. ${message}` } });
    const open = async (at: string | null) => {
      const engine = await this.openEngine(settings, at);
      const tokenizer = await this.openTokenizer(settings);
      const key = vectorKey(engine, tokenizer, maxTokens);
      return { engine, tokenizer, key, cache: new RecordCache(new CacheAccess(await this.openStore(settings.cache, onCacheBroken), onCacheBroken), key) };
    };
    onProgress('loading the model', 0, 0, 0);
    const made = await makeProfile({
      open,
      pairs: await readTrainingPairs(modelsFolder),
      ordinary: join(modelsFolder, 'reference/ordinary.jsonl'),
      profiles: this.profiles,
      hookPoint,
      maxTokens,
      software,
      hooks: { onProgress, onBatch, signal },
    });
    this.profilesMade++;
    return made;
  }

  async inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection> {
    if (signal?.aborted) throw new CancelledError();
    const { opening, tokenizer, assets } = await this.open(request.settings, () => undefined);
    return inspectRow({ request, engine: await this.engineOf(opening), tokenizer, assets, signal });
  }

  async residuals(request: ResidualsRequest, signal?: AbortSignal): Promise<ResidualsFile> {
    return writeResiduals(request, await this.openEngine(request.settings), signal);
  }

  async check({ settings }: CheckRequest, onFinding: (finding: CheckFinding) => void, signal?: AbortSignal): Promise<ModelCheck> {
    return checkModel({ folder: this.folderOf(settings.model), room: this.room(), open: () => this.openEngine(settings), onFinding, signal });
  }

  models(request: ModelsRequest): Promise<ListedModel[]> {
    return listModels(request, bundledModelFolder(this.options.modelsFolder));
  }

  async hasCard(settings: ModelSettings): Promise<boolean> {
    return (await defaultCardOf(this.folderOf(settings.model), { profiles: this.profiles, cacheFolder: settings.cache?.folder ?? null })) !== null;
  }

  async cacheInfo(location: CacheLocation): Promise<CacheInfo> {
    return (await VectorStore.open({ ...location, logger: this.logger })).info();
  }

  async clearCache(location: CacheLocation): Promise<CacheInfo> {
    this.memory.clear();
    return (await VectorStore.open({ ...location, logger: this.logger })).clear();
  }

  async diagnostics(): Promise<Diagnostics> {
    const opening = await this.openings.current();
    return {
      runtime: await runtimeVersion().catch(messageOf),
      platform: `${process.platform}-${process.arch}`,
      node: process.version,
      engine: opening?.info ?? null,
      cache: this.lastCache ? await this.cacheInfo(this.lastCache).catch(() => null) : null,
      memory: { rssBytes: process.memoryUsage().rss },
    };
  }

  dispose(): void {
    void this.openings.clear();
  }

  private start(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch?: OnBatch, needsVectors = false): AuditHandle {
    const run = new AuditRun(request, {
      open: (onCacheBroken) => this.open(request.settings, onCacheBroken),
      emit: onEvent,
      reader: this.reader,
      memory: this.memory,
      logger: this.logger,
      signal,
      onBatch,
      needsVectors,
    });
    const audited = async () => {
      // Of a file it is taken before the run: one that changes meanwhile is another one. A text does not change, and hashing it can wait.
      let fingerprint = request.text === undefined ? await fingerprintOf(request) : null;
      run.onTeachable = async (finished) => {
        fingerprint ??= await fingerprintOf(request);
        if (this.last?.fingerprint === fingerprint && this.last.audit.pushed === finished.pushed) return;
        this.last = { fingerprint, audit: finished };
        void this.features.clear();
      };
      return run.run();
    };
    return { result: audited(), setView: (view) => run.setView(view) };
  }

  private async open(settings: AuditSettings, onCacheBroken: (message: string) => void): Promise<AuditParts & { opening: ModelOpening }> {
    const { card, cache: location } = settings;
    const opening = await this.openModel(settings);
    const { model } = opening.identity;
    const [tokenizer, assets] = await Promise.all([
      this.openTokenizer(settings),
      this.assets.get(JSON.stringify([model.folder, model.hash, card, await stampOf(card), await stampOf(model.card)]), () => loadAssets(card, model)),
    ]).catch(async (error: unknown) => {
      // Where the model or its SAE itself is not right, that is what is said: a reference set that does not fit may only follow from it.
      await this.engineOf(opening);
      throw error;
    });
    const access = new CacheAccess(await this.openStore(location, onCacheBroken), onCacheBroken);
    const cache = new RecordCache(access, vectorKey(opening.identity, tokenizer, settings.maxTokens));
    const scores = new ScoreCache(access, scoreKey(cache.key, assets));
    const scoring = await this.scoringAssets.get(JSON.stringify([model.hash, model.sae?.sha256, assets.cardHash, assets.reference.hash]), () => withBackgrounds(assets, scores));
    return { opening, model, engine: () => this.engineOf(opening), tokenizer, assets: scoring, access, cache, scores, marks: this.marks };
  }

  /** A model that turns out not to run is opened anew when it is asked for again. */
  private engineOf(opening: ModelOpening): Promise<Engine> {
    return opening.engine().catch((error: unknown) => {
      void this.openings.clear();
      throw error;
    });
  }

  private async openEngine(settings: ModelSettings, hookPoint: string | null = null): Promise<Engine> {
    return this.engineOf(await this.openModel(settings, hookPoint));
  }

  /** @param hookPoint where to read a model without a manifest, instead of where its profile says */
  private async openModel({ model, adapter, threads, device, cache }: ModelSettings, hookPoint: string | null = null): Promise<ModelOpening> {
    const folder = this.folderOf(model);
    const { probe = null } = this.options;
    const cacheFolder = cache?.folder ?? null;
    return this.openings.get(JSON.stringify([folder, adapter, await adapterStamp(adapter), threads, device, cacheFolder, hookPoint, this.profilesMade]), () =>
      ModelOpening.begin({ model: folder, profiles: this.profiles, hookPoint, adapter, threads, device, probe, cacheFolder, room: this.room, logger: this.logger }),
    );
  }

  private async openTokenizer({ model, template, systemPrompt }: AuditSettings): Promise<RecordTokenizer> {
    const folder = this.folderOf(model);
    const stamp = await stampOf(template.kind === 'file' ? template.path : null);
    return this.tokenizers.get(JSON.stringify([folder, template, systemPrompt, stamp]), () => RecordTokenizer.load(folder, template, systemPrompt));
  }

  private folderOf(model: string | null): string {
    return model ?? bundledModelFolder(this.options.modelsFolder);
  }

  private get profiles(): string {
    return this.options.profilesFolder ?? defaultProfilesFolder();
  }

  /** The cache makes nothing possible, it only saves time: where it cannot be opened, the audit says so and goes on. */
  private async openStore(cache: AuditSettings['cache'], onBroken: (message: string) => void): Promise<VectorStore | null> {
    this.lastCache = cache;
    if (!cache) return null;
    try {
      return await VectorStore.open({ ...cache, logger: this.logger });
    } catch (error) {
      onBroken(messageOf(error));
      return null;
    }
  }
}

/** An adapter is often trained again into the same folder. */
const adapterStamp = (adapter: AuditSettings['adapter']): Promise<(string | null)[]> => Promise.all((adapter ? adapterFiles(adapter.folder) : []).map(stampOf));
