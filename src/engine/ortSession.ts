import type * as OnnxRuntime from 'onnxruntime-node';
import { dirname, parse } from 'node:path';
import { messageOf } from '../base/errors';
import { type DataTypeName, type Graph, castAtUse, processorNodes, lowerForWebGpu, serialize } from '../core/onnx';
import { type Device } from './device';
import { EngineError } from './errors';

type Ort = typeof OnnxRuntime;
export type Feed = { data: Float32Array | BigInt64Array | Int32Array; dims: number[] };
export type Fetched = { data: Float32Array | BigInt64Array | Int32Array; dims: readonly number[] };

let loading: Promise<Ort> | undefined;

/**
 * onnxruntime-node, loaded at first use. Its native library gathers usage data unless it is told not to before it
 * loads; and under runtimes with Float16Array its fp16 tensors fail, so the class is removed first.
 */
function loadRuntime(): Promise<Ort> {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
  delete (globalThis as { Float16Array?: unknown }).Float16Array;
  loading ??= import('onnxruntime-node').catch((error: unknown) => {
    loading = undefined;
    throw new EngineError('could-not-load', `onnxruntime-node does not load on ${process.platform}-${process.arch}: ${messageOf(error)}`, { cause: error });
  });
  return loading;
}

/** Name and version of the runtime, for keys and reports. */
export async function runtimeVersion(): Promise<string> {
  const { env } = await loadRuntime();
  return `onnxruntime-node ${env.versions.node ?? env.versions.common}`;
}

export interface SessionOptions {
  device: Device;
  /** Intra-op threads; null lets onnxruntime choose. */
  threads: number | null;
  /** Attention in plain operators: what an adapter gets that computes the fused one wrong. */
  plainAttention?: boolean;
  /** What is given with every run to inputs of these names, where the graph has them. */
  feeds?: Record<string, Feed>;
  /**
   * Whether four-bit matrices are packed for the processor when the graph is loaded. Matrices in fp32 and halves never are: they stay in their files, which
   * all sessions map, where packing would hold a copy a session and save no more than a twentieth of the time of a batch.
   */
  prepack?: boolean;
}

/** A graph loaded for running. Inputs are checked against the graph's declarations before the native call, which would abort the process on a wrong type. */
export class OrtSession {
  private constructor(
    private readonly ort: Ort,
    private readonly session: OnnxRuntime.InferenceSession,
    private readonly graph: Pick<Graph, 'inputs' | 'outputs'>,
    private readonly standing: Record<string, Feed>,
  ) {}

  /** @throws EngineError `could-not-load` */
  static async create(graph: Graph, options: SessionOptions): Promise<OrtSession> {
    const folder = commonFolder(graph);
    const ort = await loadRuntime();
    try {
      const session = await ort.InferenceSession.create(serialize(options.device === 'webgpu' ? lowerForWebGpu(graph, options) : castAtUse(graph), folder), {
        executionProviders: [provider(graph, options)],
        logSeverityLevel: 3,
        ...(options.threads ? { intraOpNumThreads: options.threads } : {}),
        extra: { session: { model_external_initializers_file_folder_path: folder, ...(isQuantised(graph) && options.prepack !== false ? {} : { disable_prepacking: '1' }) } },
      });
      return new OrtSession(ort, session, { inputs: graph.inputs, outputs: graph.outputs }, options.feeds ?? {});
    } catch (error) {
      throw new EngineError('could-not-load', `The model could not be loaded on ${options.device}: ${messageOf(error)}`, { cause: error });
    }
  }

  /** Whether the graph has that input. */
  takes(input: string): boolean {
    return this.graph.inputs.some(({ name }) => name === input);
  }

  /**
   * Runs the graph. The native call holds the event loop for its whole length: keep batches short.
   * @param outputs the outputs to fetch; all of the graph's unless told
   * @throws EngineError `bad-input` when a feed does not fit, `run-failed` when the runtime refuses
   */
  async run(feeds: Record<string, Feed>, outputs: string[] = this.graph.outputs): Promise<Record<string, Fetched>> {
    const tensors: Record<string, OnnxRuntime.Tensor> = {};
    const sizes = new Map<string, number>();
    for (const { name, dtype, dims } of this.graph.inputs) {
      const feed = [feeds, this.standing].find((given) => Object.hasOwn(given, name))?.[name];
      if (!feed) throw new EngineError('bad-input', `the graph's input ${name} was not given`);
      checkFeed(name, feed, dtype, dims, sizes);
      tensors[name] = new this.ort.Tensor(dtype as 'float32', feed.data as Float32Array, feed.dims);
    }
    const extra = Object.keys(feeds).find((name) => !Object.hasOwn(tensors, name));
    if (extra !== undefined) throw new EngineError('bad-input', `the graph has no input ${extra}`);
    try {
      const result = await this.session.run(tensors, outputs);
      return Object.fromEntries(
        outputs.map((name) => [name, { data: result[name]!.data as Float32Array, dims: result[name]!.dims }]),
      );
    } catch (error) {
      throw new EngineError('run-failed', `the runtime failed: ${messageOf(error)}`, { cause: error });
    }
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

const isQuantised = ({ nodes }: Graph): boolean => nodes.some(({ op }) => op === 'MatMulNBits');

/** One provider: with a second one behind it, onnxruntime may take that without a word. */
function provider(graph: Graph, { device }: SessionOptions): OnnxRuntime.InferenceSession.ExecutionProviderConfig {
  const onProcessor = device === 'webgpu' ? processorNodes(graph) : [];
  return onProcessor.length ? ({ name: device, forceCpuNodeNames: onProcessor } as OnnxRuntime.InferenceSession.ExecutionProviderConfig) : device;
}

const arrayTypes: Partial<Record<DataTypeName, { new (length: number): Feed['data'] }>> = {
  float32: Float32Array,
  int64: BigInt64Array,
  int32: Int32Array,
};

function checkFeed(name: string, feed: Feed, dtype: DataTypeName, dims: (number | string)[], sizes: Map<string, number>): void {
  const bad = (what: string) => new EngineError('bad-input', `input ${name}: ${what}`);
  const type = arrayTypes[dtype];
  if (!type || !(feed.data instanceof type)) throw bad(`${dtype} expected, ${feed.data.constructor.name} given`);
  if (feed.dims.length !== dims.length) throw bad(`${dims.length} dimensions expected, ${feed.dims.length} given`);
  dims.forEach((dim, axis) => {
    const given = feed.dims[axis]!;
    if (!Number.isSafeInteger(given) || given < 0) throw bad(`dimension ${axis} is ${given}`);
    const expected = typeof dim === 'number' ? dim : sizes.get(dim);
    if (expected !== undefined && expected !== given) throw bad(`dimension ${axis} is ${given}, and ${dim} is ${expected}`);
    if (typeof dim === 'string') sizes.set(dim, given);
  });
  const elements = feed.dims.reduce((product, dim) => product * dim, 1);
  if (elements !== feed.data.length) throw bad(`${feed.data.length} elements for the shape [${feed.dims.join(', ')}]`);
}

/** The deepest folder that holds every file the graph reads from. */
function commonFolder(graph: Graph): string {
  let common: string | undefined;
  for (const { data } of graph.initializers.values()) {
    if (data instanceof Uint8Array) continue;
    let folder = dirname(data.file);
    if (common === undefined) common = folder;
    while (!`${common}/`.startsWith(`${folder}/`) && folder !== parse(folder).root) folder = dirname(folder);
    common = folder;
  }
  return common ?? process.cwd();
}
