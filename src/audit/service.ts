import { CancelledError, messageOf } from '../base/errors';
import { type Logger, silentLogger } from '../base/logger';
import { type TeachFeatures, prepareFeatures } from '../core/teach';
import { TextReader } from '../core/dataset';
import { RecordTokenizer } from '../core/text';
import type { Engine } from '../engine/engine';
import { runtimeVersion } from '../engine/ortSession';
import type { AuditEvent, AuditRequest, AuditSettings, BatchNotice, CacheInfo, Diagnostics, InspectRequest, RowInspection, TaughtFile, TeachRequest } from '../protocol';
import { VectorStore } from '../store';
import { type Assets, type ScoringAssets, loadAssets } from './assets';
import type { AuditParts } from './auditParts';
import { AuditRun } from './auditRun';
import type { AuditHandle, Auditor, CacheLocation } from './auditor';
import { CacheAccess } from './cacheAccess';
import { bundledModelFolder } from './catalogue';
import { inspectRow } from './inspect';
import { scoreKey, vectorKey } from './keys';
import { MarkMemory } from './markMemory';
import { Memo } from './memo';
import { ModelOpening } from './modelOpening';
import { RecordCache } from './recordCache';
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
  /** Script of the device probe; without it the model runs on the CPU. */
  probe?: string;
  logger?: Logger;
}

/**
 * The pipeline in this process: what the engine child, the command line and tests use. A model, once opened, stays
 * open until another one is asked for.
 */
export class AuditService implements Auditor {
  private readonly logger: Logger;
  private readonly models = new Memo<ModelOpening>(
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
  private readonly memory = new ScoreMemory();
  private lastCache: CacheLocation | null = null;

  constructor(private readonly options: ServiceOptions) {
    this.logger = options.logger ?? silentLogger;
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

  async inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection> {
    if (signal?.aborted) throw new CancelledError();
    const { opening, tokenizer, assets } = await this.open(request.settings, () => undefined);
    return inspectRow({ request, engine: await this.engineOf(opening), tokenizer, assets, signal });
  }

  async cacheInfo(location: CacheLocation): Promise<CacheInfo> {
    return (await VectorStore.open({ ...location, logger: this.logger })).info();
  }

  async clearCache(location: CacheLocation): Promise<CacheInfo> {
    this.memory.clear();
    return (await VectorStore.open({ ...location, logger: this.logger })).clear();
  }

  async diagnostics(): Promise<Diagnostics> {
    const opening = await this.models.current();
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
    void this.models.clear();
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
      // Taken before the run: a file that changes meanwhile is another one.
      const fingerprint = await fingerprintOf(request);
      run.onTeachable = (finished) => {
        if (this.last?.fingerprint === fingerprint && this.last.audit.pushed === finished.pushed) return;
        this.last = { fingerprint, audit: finished };
        void this.features.clear();
      };
      return run.run();
    };
    return { result: audited(), setView: (view) => run.setView(view) };
  }

  private async open(settings: AuditSettings, onCacheBroken: (message: string) => void): Promise<AuditParts & { opening: ModelOpening }> {
    const { template, systemPrompt, card, cache: location } = settings;
    const opening = await this.openModel(settings);
    const { model } = opening.identity;
    const { folder } = model;
    const [tokenizer, assets] = await Promise.all([
      this.tokenizers.get(JSON.stringify([folder, template, systemPrompt, await stampOf(template.kind === 'file' ? template.path : null)]), () => RecordTokenizer.load(folder, template, systemPrompt)),
      this.assets.get(JSON.stringify([folder, card, await stampOf(card)]), () => loadAssets(card, model)),
    ]);
    const access = new CacheAccess(await this.openStore(location, onCacheBroken), onCacheBroken);
    const cache = new RecordCache(access, vectorKey(opening.identity, tokenizer, settings.maxTokens));
    const scores = new ScoreCache(access, scoreKey(cache.key, assets));
    const scoring = await this.scoringAssets.get(JSON.stringify([assets.cardHash, assets.reference.hash]), () => withBackgrounds(assets, scores));
    return { opening, model, engine: () => this.engineOf(opening), tokenizer, assets: scoring, access, cache, scores, marks: this.marks };
  }

  /** A model that turns out not to run is opened anew when it is asked for again. */
  private engineOf(opening: ModelOpening): Promise<Engine> {
    return opening.engine().catch((error: unknown) => {
      void this.models.clear();
      throw error;
    });
  }

  private async openModel({ model, threads, device, cache }: AuditSettings): Promise<ModelOpening> {
    const folder = model ?? bundledModelFolder(this.options.modelsFolder);
    const { probe = null } = this.options;
    const cacheFolder = cache?.folder ?? null;
    return this.models.get(JSON.stringify([folder, threads, device, cacheFolder]), () => ModelOpening.begin({ model: folder, threads, device, probe, cacheFolder, logger: this.logger }));
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
