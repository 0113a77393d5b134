import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf } from '../../base/errors';
import { type ModelConfig, finalNorm, headGraph, headValues, decoderGraph } from '../../core/model';
import { GraphBuilder, emptyGraph, pool, poolInput, pooledName, prune } from '../../core/onnx';
import { poolLatents, saeValues } from '../../core/sae';
import { type Feed, type Fetched, OrtSession, type SessionOptions } from '../ortSession';
import { bareRecord } from '../bareRecord';
import { packBatch } from '../packedBatch';
import { poolingMatrix } from '../pooling';
import { relativeError } from '../relativeError';
import { DrawnModel, narrow, wide } from './model';
import type { ProbeResult, Timing } from './result';

type Values = Map<string, Float32Array>;
type WorstError = { name: string; size: number };

/** Relative to the length of an output. Kernels that add in another order differ by some 1e-6, wrong ones by .01 and more. */
const largestError = 1e-3;

/** Long enough for every kernel that a length selects. */
const comparedRows = [40, 7];
const timedRows = [256, 128, 100, 28];
const timedRuns = 3;

/** From here on a short batch says enough: a GPU is at its worst on few tokens, but not by that much. */
const hopelessRatio = 10;

/**
 * Runs a model of drawn weights with an SAE and a head on the CPU and on WebGPU: the CPU's values are the known answer.
 * An adapter that is not known to be software is then timed, and its values compared again, on wider blocks.
 */
export async function checkWebGpu(threads: number | null): Promise<ProbeResult> {
  try {
    await requireAdapter(threads);
    const fused = await compare(narrow, { threads });
    const found = fused.error.size <= largestError ? fused : await compare(narrow, { threads, plainAttention: true });
    if (!(found.error.size <= largestError)) return wrong(found.error);
    const attention = found === fused ? 'fused' : 'plain';
    const drivers = await loadedDrivers();
    const result = { ok: true as const, attention, drivers, software: drivers.length > 0 && drivers.every(isSoftware) } as const;
    if (result.software) return { ...result, error: found.error.size, timing: null };
    const { error, timing } = await compare(wide, { threads, plainAttention: attention === 'plain' }, times);
    return error.size <= largestError ? { ...result, error: error.size, timing } : wrong(error);
  } catch (error) {
    return { ok: false, reason: shortReason(messageOf(error)) };
  }
}

const wrong = ({ name, size }: WorstError): ProbeResult => ({ ok: false, reason: `its values are wrong (${name} is off by ${size.toPrecision(2)} of its size)` });

/** @throws EngineError with the runtime's reason where there is no adapter */
async function requireAdapter(threads: number | null): Promise<void> {
  const builder = new GraphBuilder(emptyGraph());
  builder.output(builder.op('Relu', [builder.input('x', 'float32', [1])]));
  await (await OrtSession.create(builder.graph, { device: 'webgpu', threads })).release();
}

type Options = Omit<SessionOptions, 'device'>;

async function compare<T>(config: ModelConfig, options: Options, measure: (cpu: OnDevice, webgpu: OnDevice) => Promise<T>): Promise<{ error: WorstError; timing: T }>;
async function compare(config: ModelConfig, options: Options): Promise<{ error: WorstError }>;
async function compare<T>(config: ModelConfig, options: Options, measure?: (cpu: OnDevice, webgpu: OnDevice) => Promise<T>): Promise<{ error: WorstError; timing?: T }> {
  const model = new DrawnModel(config);
  const cpu = await OnDevice.open(model, { ...options, device: 'cpu' });
  try {
    const webgpu = await OnDevice.open(model, { ...options, device: 'webgpu' });
    try {
      const error = worstError(await webgpu.run(comparedRows), await cpu.run(comparedRows));
      return measure ? { error, timing: await measure(cpu, webgpu) } : { error };
    } finally {
      await webgpu.release();
    }
  } finally {
    await cpu.release();
  }
}

async function times(cpu: OnDevice, webgpu: OnDevice): Promise<Timing> {
  const time = async (rows: number[], runs: number) => ({
    milliseconds: { cpu: await cpu.time(rows, runs), webgpu: await webgpu.time(rows, runs) },
    tokens: rows.reduce((sum, length) => sum + length, 0),
  });
  const few = await time(comparedRows, 1);
  return few.milliseconds.webgpu > hopelessRatio * few.milliseconds.cpu ? few : time(timedRows, timedRuns);
}

/** The drawn model's two graphs on one device. */
class OnDevice {
  private constructor(
    private readonly body: OrtSession,
    private readonly head: OrtSession,
    private readonly config: ModelConfig,
  ) {}

  static async open(model: DrawnModel, options: SessionOptions): Promise<OnDevice> {
    const { config } = model;
    const { hookPoint } = model.sae;
    const whole = poolLatents(pool(decoderGraph(config, model.weights), [hookPoint]), hookPoint, model.sae, 1e3);
    const body = prune(whole, [hookPoint, pooledName(hookPoint), saeValues.pooled, saeValues.counted, finalNorm]);
    return new OnDevice(
      await OrtSession.create(model.materialise(body), options),
      await OrtSession.create(model.materialise(headGraph(config, model.weights)), options),
      config,
    );
  }

  async run(lengths: number[]): Promise<Values> {
    const { config } = this;
    const { feeds, tokens } = batchOf(lengths, config);
    const body = await this.body.run(feeds);
    const hidden = body[finalNorm]!.data as Float32Array;
    const target = BigInt64Array.from({ length: tokens }, (_, t) => BigInt((31 * t) % config.vocabulary));
    const head = await this.head.run({
      [headValues.hidden]: { data: hidden, dims: [tokens, config.dModel] },
      [headValues.target]: { data: target, dims: [tokens] },
    });
    const values = (outputs: Record<string, Fetched>) => Object.entries(outputs).map(([name, { data }]): [string, Float32Array] => [name, data as Float32Array]);
    return new Map([...values(body), ...values(head)]);
  }

  /** Milliseconds of the best of some runs; the first, which compiles, is not counted. */
  async time(lengths: number[], runs: number): Promise<number> {
    const { feeds } = batchOf(lengths, this.config);
    const outputs = [saeValues.pooled];
    await this.body.run(feeds, outputs);
    let best = Infinity;
    for (let i = 0; i < runs; i++) {
      const start = performance.now();
      await this.body.run(feeds, outputs);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  }

  async release(): Promise<void> {
    await this.body.release();
    await this.head.release();
  }
}

function batchOf(lengths: number[], config: ModelConfig): { feeds: Record<string, Feed>; tokens: number } {
  const records = lengths.map((length, row) => bareRecord(Array.from({ length }, (_, t) => (97 * row + 13 * t) % config.vocabulary)));
  const { feeds, starts, tokens } = packBatch(records);
  const groups = records.map(({ ids }, row) => Array.from(ids, (_, t) => starts[row]! + t));
  // Few tokens go through the SAE: of many, two latents would lie so near that either may be the last of the top.
  const selected = starts.flatMap((start) => [start + 1, start + 3]);
  return {
    tokens,
    feeds: {
      ...feeds,
      [poolInput]: { data: poolingMatrix(groups, tokens), dims: [groups.length, tokens] },
      [saeValues.index]: { data: BigInt64Array.from(selected, BigInt), dims: [selected.length] },
      [saeValues.pool]: { data: poolingMatrix(starts.map((_, row) => [2 * row, 2 * row + 1]), selected.length), dims: [starts.length, selected.length] },
    },
  };
}

function worstError(values: Values, expected: Values): WorstError {
  let worst: WorstError = { name: '', size: -1 };
  for (const [name, right] of expected) {
    const size = relativeError(values.get(name)!, right);
    // A value that is no number is the worst of all.
    if (!(size <= worst.size)) worst = { name, size };
    if (Number.isNaN(size)) break;
  }
  return worst;
}

/** Vulkan drivers in this process's memory map; on Linux only. The loader may open more than the one that is used. */
async function loadedDrivers(): Promise<string[]> {
  const map = await readFile('/proc/self/maps', 'utf8').catch(() => '');
  const files = map.split('\n').map((line) => basename(line.slice(line.indexOf('/'))));
  return [...new Set(files.filter((file) => /^(libvk_|libvulkan_|amdvlk|libGLX_nvidia|libEGL_nvidia|libpowervr_|libVkLayer_dzn|libvulkan-dzn)/.test(file)))].sort();
}

const isSoftware = (driver: string): boolean => /swiftshader|_lvp|llvmpipe/.test(driver);

/** The last sentence of an onnxruntime message, which begins with where in its source it arose. */
function shortReason(message: string): string {
  const said = message.match(/Failed to get a WebGPU \w+:? ?(.*)/)?.[0] ?? message;
  return said.replace(/\s+/g, ' ').trim().replace(/[.;]+$/, '').slice(0, 300);
}
