import { throwIfAborted } from '../base/errors';
import { type Logger, silentLogger } from '../base/logger';
import { chosenHooks, finalNorm, headValues, residPost } from '../core/model';
import { poolInput, pooledName } from '../core/onnx';
import { saeValues } from '../core/sae';
import type { AdapterSummary, DeviceSetting, RecordVectors, TokenTrace, TokenizedRecord } from '../core/types';
import { type AdaptedModel, adaptModel } from './adapter';
import { type DeviceChoice, chooseDevice, deviceNames, onCpu } from './device';
import { EngineError } from './errors';
import { type GeneratedToken, type GenerationOptions, generate, mostProbable } from './generation';
import { type Purpose, graphFor } from './graphs';
import { latentFeeds, sparseMeans } from './latents';
import { type LoadedModel, loadModel } from './loadedModel';
import { type MemoryRoom, memoryRoom } from './memoryNeed';
import { OrtSession, type SessionOptions, runtimeVersion } from './ortSession';
import { type PackedBatch, packBatch } from './packedBatch';
import { type PlainParity, plainParity } from './plainParity';
import { type PoolingPlan, planPooling, poolingMatrix, predictionsOf } from './pooling';
import { probeWebGpu } from './probe/probe';
import { type RecordPush, pushBatches, runPush, runTokenPush } from './push';
import { openPushSession } from './pushSession';
import { type Residuals, logitsOf, runResiduals } from './residuals';
import { type Parity, selfCheck } from './selfCheck';
import { refuseUnknown } from './unknownTokens';

/** Raised by hand when the numbers change that a graph gives for the same model and row. */
export const kernelRevision = 3;

/** Positions that go through the head at a time: bounds the logits to 256 x vocabulary. */
const headPositions = 256;

export interface EngineInfo {
  model: string;
  modelHash: string;
  adapter?: AdapterSummary;
  device: string;
  /** Why it is that device; null where there is nothing to say. */
  deviceReason: string | null;
  precision: string;
  parity: Parity | null;
  runtime: string;
}

/** What decides an engine's numbers beside the rows: all that keys are made of. */
export interface ModelIdentity {
  model: LoadedModel;
  info: Pick<EngineInfo, 'modelHash' | 'adapter' | 'precision' | 'device'>;
}

export interface EngineOptions {
  /** Folder of a packaged model, or of any checkpoint in the Hugging Face layout. */
  model: string;
  /** Folder of a LoRA adapter that peft saved, and how much of it: 0 is the base, 1 the tuned model. */
  adapter?: { folder: string; scale: number } | null;
  /** Where profiles of models without a manifest lie. */
  profiles?: string | null;
  /** Where to read a model without a manifest, instead of where its profile says. */
  hookPoint?: string | null;
  threads?: number | null;
  /** The CPU unless told. */
  device?: DeviceSetting;
  /** Script of the device probe's process (`dist/probe.cjs`): without it there is only the CPU. */
  probe?: string | null;
  /** Where weights in another form may be kept for the next time; null keeps them in memory. */
  cacheFolder?: string | null;
  /** Memory that may be taken; what is free unless told. */
  room?: () => MemoryRoom;
  logger?: Logger;
  /**
   * Told once the model's files are checked and its device is certain, and awaited before the first session is made; of the GPU that is only once the
   * model gave its reference's values there.
   */
  onIdentity?: (identity: ModelIdentity) => Promise<void>;
}

interface OpenOptions {
  adapted: AdaptedModel | null;
  threads: number | null;
  cacheFolder: string | null;
  logger: Logger;
}

const identityOf = ({ device }: Pick<DeviceChoice, 'device'>, model: LoadedModel, adapted: AdaptedModel | null): ModelIdentity['info'] => ({
  modelHash: model.hash,
  ...(adapted ? { adapter: adapted.summary } : {}),
  precision: model.precision,
  device: deviceNames[device],
});

/**
 * A model opened for reading activations. Sessions are made when first needed: one graph a purpose, all over the same
 * bytes on disk. Every method runs one batch and returns; a long job is a loop that looks at its AbortSignal between.
 */
export class Engine {
  private readonly sessions = new Map<string, Promise<OrtSession>>();

  private constructor(
    readonly model: LoadedModel,
    readonly info: EngineInfo,
    private readonly options: SessionOptions,
    private readonly cacheFolder: string | null,
    private readonly logger: Logger,
  ) {}

  /**
   * Opens and self-checks a model on the device that the setting stands for. `auto` goes back to the CPU where the model
   * itself does not load or does not give its reference's values on the GPU.
   * @throws ModelError, TensorFileError, SaeError, EngineError
   */
  static async open(options: EngineOptions): Promise<Engine> {
    const { model: folder, profiles = null, hookPoint = null, adapter = null, device = 'cpu', threads = null, probe = null, cacheFolder = null, room = memoryRoom, logger = silentLogger, onIdentity = () => Promise.resolve() } = options;
    const [model, choice] = await Promise.all([loadModel(folder, { profiles, cacheFolder, hookPoint, room }, logger), chooseDevice(device, () => probeWebGpu({ entry: probe, threads }))]);
    const adapted = adapter && (await adaptModel(model, adapter, logger));
    const rest = { adapted, threads, cacheFolder, logger };
    logger.info(`device ${deviceNames[choice.device]}${choice.reason === null ? '' : `: ${choice.reason}`}`);
    const openOnCpu = async (cpu: DeviceChoice) => {
      await onIdentity({ model, info: identityOf(cpu, model, adapted) });
      return Engine.openOn(cpu, model, rest);
    };
    if (choice.device === 'cpu') return openOnCpu(choice);
    try {
      const engine = await Engine.openOn(choice, model, rest);
      await onIdentity(engine);
      return engine;
    } catch (error) {
      if (device !== 'auto' || !(error instanceof EngineError)) throw error;
      logger.warn(`going on with the CPU: ${error.message}`);
      return openOnCpu(onCpu(error.message));
    }
  }

  private static async openOn({ device, reason, plainAttention }: DeviceChoice, model: LoadedModel, { adapted, threads, cacheFolder, logger }: OpenOptions): Promise<Engine> {
    const info: EngineInfo = {
      model: model.name,
      ...identityOf({ device }, model, adapted),
      deviceReason: reason,
      parity: null,
      runtime: await runtimeVersion(),
    };
    const options: SessionOptions = { device, threads, plainAttention };
    const engine = new Engine(model, info, options, cacheFolder, logger);
    try {
      // The reference is of the model by itself.
      info.parity = await selfCheck(model.folder, engine);
    } catch (error) {
      await engine.dispose();
      throw error;
    }
    if (!adapted) return engine;
    await engine.dispose();
    return new Engine(adapted.model, info, { ...options, feeds: adapted.feeds }, cacheFolder, logger);
  }

  /**
   * Activation vectors and latent means of a batch, reduced inside the graph.
   * @throws EngineError
   */
  async vectors(records: TokenizedRecord[], signal?: AbortSignal): Promise<RecordVectors[]> {
    throwIfAborted(signal);
    const { hookPoint, sae } = this.model;
    const batch = this.pack(records);
    const plans = records.map(planPooling);
    const shift = (row: number, positions: number[]) => positions.map((position) => position + batch.starts[row]!);
    const groups = plans.flatMap((plan, row) => groupsOf(plan).map((positions) => shift(row, positions)));
    const selected = plans.flatMap((plan, row) => shift(row, plan.response));
    const session = await this.session('vectors');
    const output = await session.run({
      ...batch.feeds,
      [poolInput]: { data: poolingMatrix(groups, batch.tokens), dims: [groups.length, batch.tokens] },
      ...(sae ? latentFeeds(plans, selected) : {}),
    });
    const pooled = output[pooledName(hookPoint)]!.data as Float32Array;
    const dModel = this.model.config.dModel;
    let next = 0;
    const take = () => pooled.slice(next * dModel, ++next * dModel);
    return records.map((record, row) => {
      const plan = plans[row]!;
      return {
        hash: record.hash,
        activation: { [hookPoint]: take() },
        prompt: { [hookPoint]: take() },
        last: { [hookPoint]: take() },
        tokens: record.ids.length,
        responseTokens: plan.response.length,
        perTurn: plan.turns.map(({ turn, positions }) => ({
          turn,
          activation: { [hookPoint]: take() },
          responseTokens: positions.length,
        })),
        latents: sae
          ? { [hookPoint]: sparseMeans(output[saeValues.pooled]!.data as Float32Array, row, sae.latents, (output[saeValues.counted]!.data as Float32Array)[row]!) }
          : {},
      };
    });
  }

  /**
   * Mean of the residual stream over response tokens after every block, `[records][blocks][dModel]`.
   * @throws EngineError
   */
  async blockMeans(records: TokenizedRecord[], signal?: AbortSignal): Promise<Float32Array[][]> {
    throwIfAborted(signal);
    const { dModel, blocks } = this.model.config;
    const batch = this.pack(records);
    const groups = records.map((record, row) => planPooling(record).response.map((position) => position + batch.starts[row]!));
    const output = await (await this.session('blocks')).run({ ...batch.feeds, [poolInput]: { data: poolingMatrix(groups, batch.tokens), dims: [groups.length, batch.tokens] } });
    return records.map((_, row) => Array.from({ length: blocks }, (_, block) => (output[pooledName(residPost(block))]!.data as Float32Array).slice(row * dModel, (row + 1) * dModel)));
  }

  /**
   * Mean negative log-likelihood a response token, nats, for each record; NaN where no response token has a predecessor.
   * @throws EngineError
   */
  async losses(records: TokenizedRecord[], signal?: AbortSignal): Promise<number[]> {
    const perToken = await this.tokenLosses(records, signal);
    return perToken.map((losses) => {
      const known = losses.filter((nll) => !Number.isNaN(nll));
      return known.length ? known.reduce((sum, nll) => sum + nll, 0) / known.length : NaN;
    });
  }

  /**
   * One record's residual stream and active latents, token by token.
   * @throws EngineError
   */
  async trace(record: TokenizedRecord, signal?: AbortSignal): Promise<TokenTrace> {
    throwIfAborted(signal);
    const { hookPoint, sae, config } = this.model;
    const batch = this.pack([record]);
    const all = BigInt64Array.from({ length: batch.tokens }, (_, position) => BigInt(position));
    const session = await this.session('trace');
    const output = await session.run({
      ...batch.feeds,
      ...(sae ? { [saeValues.index]: { data: all, dims: [batch.tokens] } } : {}),
    });
    return {
      hash: record.hash,
      hookPoint,
      tokens: batch.tokens,
      dModel: config.dModel,
      residual: output[hookPoint]!.data as Float32Array,
      latentIndex: sae ? (output[saeValues.topIndex]!.data as Int32Array) : new Int32Array(0),
      latentValue: sae ? (output[saeValues.topValue]!.data as Float32Array) : new Float32Array(0),
      k: sae ? sae.rule.k : 0,
    };
  }

  /**
   * Negative log-likelihood of each response token, nats, NaN elsewhere and at position 0: `[tokens]` a record.
   * @throws EngineError
   */
  async tokenLosses(records: TokenizedRecord[], signal?: AbortSignal): Promise<Float32Array[]> {
    throwIfAborted(signal);
    const batch = this.pack(records);
    const result = records.map(({ ids }) => new Float32Array(ids.length).fill(NaN));
    const targets = predictionsOf(records, batch.starts);
    const body = await this.session('body');
    const hidden = (await body.run(batch.feeds))[finalNorm]!.data as Float32Array;
    const head = await this.session('head');
    const { dModel } = this.model.config;
    for (let start = 0; start < targets.length; start += headPositions) {
      throwIfAborted(signal);
      const chunk = targets.slice(start, start + headPositions);
      const rows = new Float32Array(chunk.length * dModel);
      chunk.forEach(({ packed }, i) => rows.set(hidden.subarray(packed * dModel, (packed + 1) * dModel), i * dModel));
      const target = BigInt64Array.from(chunk, ({ token }) => BigInt(token));
      const { nll } = await head.run(
        {
          [headValues.hidden]: { data: rows, dims: [chunk.length, dModel] },
          [headValues.target]: { data: target, dims: [chunk.length] },
        },
        [headValues.nll],
      );
      chunk.forEach(({ row, position }, i) => (result[row]![position] = (nll!.data as Float32Array)[i]!));
    }
    return result;
  }

  /**
   * Push vectors and losses of records, in their order: one forward and one backward pass each.
   * @throws EngineError
   */
  async pushes(records: TokenizedRecord[], signal?: AbortSignal): Promise<RecordPush[]> {
    const result: RecordPush[] = [];
    for (const batch of pushBatches(records)) {
      throwIfAborted(signal);
      result.push(...(await runPush(await this.session('push'), batch, this.pack(batch), this.model.config.dModel)));
    }
    return result;
  }

  /**
   * One record's push at every position, `[tokens, dModel]`: their sum is its push vector.
   * @throws EngineError
   */
  async tokenPushes(record: TokenizedRecord, signal?: AbortSignal): Promise<Float32Array> {
    throwIfAborted(signal);
    return runTokenPush(await this.session('push'), record, this.pack([record]));
  }

  /**
   * Continues a row token by token, until `maxTokens` or the model's last position; the caller stops it earlier.
   * @throws EngineError
   */
  async *generate(prompt: ArrayLike<number>, options: GenerationOptions, signal?: AbortSignal): AsyncGenerator<GeneratedToken> {
    refuseUnknown(prompt, this.model);
    const [body, head] = [await this.session('cached'), await this.session('head')];
    yield* generate({ body, head }, this.model.config, prompt, options, signal);
  }

  /** The most probable next token after each position of one record, `[tokens]`. */
  async nextTokens(record: TokenizedRecord): Promise<Int32Array> {
    const batch = this.pack([record]);
    const { dModel, vocabulary } = this.model.config;
    const hidden = (await (await this.session('body')).run(batch.feeds))[finalNorm]!.data as Float32Array;
    const logits = await logitsOf(await this.session('head'), hidden, dModel);
    return Int32Array.from({ length: batch.tokens }, (_, t) => mostProbable(logits.subarray(t * vocabulary, (t + 1) * vocabulary)));
  }

  /**
   * The residual stream of one record at the hook points of `hooks`, each `[tokens, dModel]`, and what the last position predicts.
   * @throws EngineError; ModelError `unknown-hook-point`
   */
  async residuals(record: TokenizedRecord, hooks: readonly string[], signal?: AbortSignal): Promise<Residuals> {
    throwIfAborted(signal);
    const { config } = this.model;
    const chosen = chosenHooks(hooks, config);
    const sessions = { residuals: await this.session('residuals'), head: await this.session('head') };
    throwIfAborted(signal);
    return runResiduals(sessions, chosen, this.pack([record]), config.dModel);
  }

  /** How near the fused operators come to plain ones on this device: what stands in for a reference where the model has none. */
  plainParity(): Promise<PlainParity> {
    return plainParity(this.model, this.options);
  }

  async dispose(): Promise<void> {
    const sessions = await Promise.allSettled(this.sessions.values());
    this.sessions.clear();
    for (const session of sessions) if (session.status === 'fulfilled') await session.value.release();
  }

  private pack(records: TokenizedRecord[]): PackedBatch {
    const { maxPositions } = this.model.config;
    const longest = Math.max(...records.map(({ ids }) => ids.length));
    for (const { ids } of records) refuseUnknown(ids, this.model);
    if (longest > maxPositions)
      throw new EngineError('bad-input', `A row of ${longest} tokens, and ${this.info.model} reads no more than ${maxPositions}. Set maxTokens to ${maxPositions} or less.`);
    return packBatch(records);
  }

  private session(purpose: Purpose | 'push'): Promise<OrtSession> {
    let session = this.sessions.get(purpose);
    if (!session) {
      session = purpose === 'push' ? openPushSession(this.model, this.options, this.cacheFolder, this.logger) : OrtSession.create(graphFor(purpose, this.model), this.options);
      session.catch(() => this.sessions.delete(purpose));
      this.sessions.set(purpose, session);
    }
    return session;
  }
}

const groupsOf = (plan: PoolingPlan): number[][] => [plan.response, plan.prompt, plan.last, ...plan.turns.map(({ positions }) => positions)];
