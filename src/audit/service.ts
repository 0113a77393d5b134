import { CancelledError, messageOf } from '../base/errors';
import { type Logger, silentLogger } from '../base/logger';
import { type TeachFeatures, prepareFeatures } from '../core/teach';
import { RecordTokenizer } from '../core/text';
import type { CheckFinding, ModelCheck } from '../core/types';
import { Engine } from '../engine/engine';
import { type MemoryRoom, memoryRoom } from '../engine/memoryNeed';
import { describeModel } from '../engine/modelDescription';
import { runtimeVersion } from '../engine/ortSession';
import type { AuditEvent, AuditRequest, AuditSettings, BatchNotice, CacheInfo, CheckRequest, Diagnostics, InspectRequest, ListedModel, ModelSettings, ModelsRequest, ResidualsFile, ResidualsRequest, RowInspection, TaughtFile, TeachRequest } from '../protocol';
import { VectorStore, defaultProfilesFolder } from '../store';
import { type Assets, loadAssets } from './assets';
import { checkModel } from './check/modelCheck';
import { type AuditParts, AuditRun } from './auditRun';
import type { AuditHandle, Auditor, CacheLocation } from './auditor';
import { bundledModelFolder } from './catalogue';
import { inspectRow } from './inspect';
import { vectorKey } from './keys';
import { MarkMemory } from './markMemory';
import { Memo } from './memo';
import { listModels } from './models/listModels';
import { RecordCache } from './recordCache';
import { writeResiduals } from './residualsFile';
import { stampOf } from './stamp';
import { ScoreMemory } from './scoreMemory';
import { fingerprintOf, keep, type KeptAudit } from './teach/keptAudit';
import { teachFile } from './teach/teachFile';

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
  private readonly engines = new Memo<Engine>(
    (engine) => engine.dispose(),
    (error) => this.logger.warn(`a model was not released: ${messageOf(error)}`),
  );
  private readonly assets = new Memo<Assets>();
  private readonly tokenizers = new Memo<RecordTokenizer>();
  private readonly marks = new MarkMemory();
  private readonly features = new Memo<TeachFeatures>();
  private kept: KeptAudit | null = null;
  private readonly memory = new ScoreMemory();
  private lastCache: CacheLocation | null = null;

  constructor(private readonly options: ServiceOptions) {
    this.logger = options.logger ?? silentLogger;
    this.room = options.room ?? memoryRoom;
  }

  /** @param onBatch awaited before each batch, and with null after it */
  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch?: (batch: BatchNotice | null) => Promise<void>): AuditHandle {
    const run = new AuditRun(request, (onCacheBroken) => this.open(request.settings, onCacheBroken), onEvent, this.memory, this.logger, signal, onBatch);
    const audited = async () => {
      // Taken before the run: a file that changes meanwhile is another one.
      const fingerprint = await fingerprintOf(request);
      run.onTeachable = (finished) => {
        const kept = keep(fingerprint, finished);
        if (this.kept?.fingerprint === fingerprint && this.kept.pushed === kept.pushed) return;
        this.kept = kept;
        void this.features.clear();
      };
      return run.run();
    };
    return { result: audited(), setView: (view) => run.setView(view) };
  }

  /** @param onBatch as of `audit` */
  async teach(request: TeachRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal, onBatch?: (batch: BatchNotice | null) => Promise<void>): Promise<TaughtFile> {
    const fingerprint = await fingerprintOf(request);
    const isKept = this.kept?.fingerprint === fingerprint;
    if (!isKept) await this.audit(request, onEvent, signal, onBatch).result;
    const kept = { ...this.kept!, ...(isKept ? { rowsRun: 0 } : {}) };
    const features = await this.features.get(kept.fingerprint, () => prepareFeatures(kept.rows, signal));
    return teachFile(request, kept, features, signal);
  }

  async inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection> {
    if (signal?.aborted) throw new CancelledError();
    const { engine, tokenizer, assets } = await this.openModel(request.settings);
    return inspectRow({ request, engine, tokenizer, assets, signal });
  }

  async residuals(request: ResidualsRequest, signal?: AbortSignal): Promise<ResidualsFile> {
    return writeResiduals(request, await this.openEngine(request.settings), signal);
  }

  async check({ settings }: CheckRequest, onFinding: (finding: CheckFinding) => void, signal?: AbortSignal): Promise<ModelCheck> {
    // What is open takes room that the model to check may need.
    await this.engines.clear();
    return checkModel({ folder: this.folderOf(settings), room: this.room(), open: () => this.openEngine(settings), onFinding, signal });
  }

  models(request: ModelsRequest): Promise<ListedModel[]> {
    return listModels(request, bundledModelFolder(this.options.modelsFolder));
  }

  async hasCard(settings: ModelSettings): Promise<boolean> {
    const { profilesFolder: profiles = defaultProfilesFolder() } = this.options;
    return (await describeModel(this.folderOf(settings), { profiles, cacheFolder: settings.cache?.folder ?? null })).card !== null;
  }

  async cacheInfo(location: CacheLocation): Promise<CacheInfo> {
    return (await VectorStore.open({ ...location, logger: this.logger })).info();
  }

  async clearCache(location: CacheLocation): Promise<CacheInfo> {
    this.memory.clear();
    return (await VectorStore.open({ ...location, logger: this.logger })).clear();
  }

  async diagnostics(): Promise<Diagnostics> {
    const engine = await this.engines.current();
    return {
      runtime: await runtimeVersion().catch(messageOf),
      platform: `${process.platform}-${process.arch}`,
      node: process.version,
      engine: engine?.info ?? null,
      cache: this.lastCache ? await this.cacheInfo(this.lastCache).catch(() => null) : null,
      memory: { rssBytes: process.memoryUsage().rss },
    };
  }

  dispose(): void {
    void this.engines.clear();
  }

  private async open(settings: AuditSettings, onCacheBroken: (message: string) => void): Promise<AuditParts> {
    const { engine, tokenizer, assets } = await this.openModel(settings);
    const key = vectorKey(engine, tokenizer, settings.maxTokens);
    return { engine, tokenizer, assets, key, marks: this.marks, cache: new RecordCache(await this.openStore(settings.cache, onCacheBroken), key, onCacheBroken) };
  }

  private folderOf({ model }: ModelSettings): string {
    return model ?? bundledModelFolder(this.options.modelsFolder);
  }

  private openEngine(settings: ModelSettings): Promise<Engine> {
    const { threads, device, cache } = settings;
    const folder = this.folderOf(settings);
    const { probe = null, profilesFolder: profiles = defaultProfilesFolder() } = this.options;
    const cacheFolder = cache?.folder ?? null;
    return this.engines.get(JSON.stringify([folder, threads, device, cacheFolder]), () => Engine.open({ model: folder, profiles, threads, device, probe, cacheFolder, room: this.room, logger: this.logger }));
  }

  private async openModel(settings: AuditSettings): Promise<{ engine: Engine; tokenizer: RecordTokenizer; assets: Assets }> {
    const { card, template, systemPrompt } = settings;
    const engine = await this.openEngine(settings);
    const { folder } = engine.model;
    const [tokenizer, assets] = await Promise.all([
      this.tokenizers.get(JSON.stringify([folder, template, systemPrompt, await stampOf(template.kind === 'file' ? template.path : null)]), () => RecordTokenizer.load(folder, template, systemPrompt)),
      this.assets.get(JSON.stringify([folder, card, await stampOf(card)]), () => loadAssets(card, engine.model)),
    ]);
    return { engine, tokenizer, assets };
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
