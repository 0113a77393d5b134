/**
 * Runs the bundled model on the CPU and on WebGPU and prints, as one line of JSON, how far apart they are (`DeviceDifferences`).
 * Runs in a process of its own, because a graphics driver is found by the environment that a process starts with:
 * node scripts/run-ts.mjs test/support/devices.ts
 */
import { join } from 'node:path';
import { silentLogger } from '../../src/base/logger';
import type { RecordVectors, SparseMeans, TokenizedRecord } from '../../src/core/types';
import { Engine, type EngineInfo } from '../../src/engine/engine';
import { relativeError } from '../../src/engine/relativeError';
import { cosine } from '../../src/engine/selfCheck';
import { bundledModel, root } from './paths';
import { asRecord, referenceRows } from './reference';

/** Each is the worst over the rows; vectors and means by |a - b| / |b|. */
export interface DeviceDifferences {
  info: EngineInfo;
  rows: number;
  activation: number;
  prompt: number;
  latentMeans: number;
  /** Nats a token. */
  loss: number;
  /** Smallest cosine of a token's residual stream. */
  traceCosine: number;
  /** Share of the tokens' active latents that are the same ones. */
  traceLatents: number;
  push: number;
  pushLoss: number;
  /** What the engine said of its own check of push. */
  pushCheck: string | null;
}

/** Two readings of a row of six tokens, because the driver of the tests computes on the processor: as plain text, and with a prompt of three. */
function rowsOf(plain: TokenizedRecord): TokenizedRecord[] {
  return [plain, { ...plain, hash: 'with a prompt', response: plain.response.map((_, t) => (t < 3 ? 0 : 1)) }];
}

async function main(): Promise<void> {
  const said: string[] = [];
  const logger = { ...silentLogger, info: (line: string) => void said.push(line) };
  const open = (device: 'cpu' | 'webgpu') => Engine.open({ model: bundledModel, device, probe: join(root, 'dist/probe.cjs'), logger });
  const records = rowsOf(asRecord((await referenceRows()).find(({ name }) => name === 'plain_tiny')!));
  const [cpu, webgpu] = [await open('cpu'), await open('webgpu')];
  const both = async <T>(run: (engine: Engine) => Promise<T>): Promise<[T, T]> => [await run(webgpu), await run(cpu)];
  const { hookPoint, config } = cpu.model;

  const [vectors, cpuVectors] = await both((engine) => engine.vectors(records));
  const worst = (of: (row: RecordVectors) => Float32Array) => Math.max(...vectors.map((row, i) => relativeError(of(row), of(cpuVectors[i]!))));
  const [losses, cpuLosses] = await both((engine) => engine.losses(records));
  const [trace, cpuTrace] = await both((engine) => engine.trace(records[1]!));
  const [pushes, cpuPushes] = await both((engine) => engine.pushes(records));

  const result: DeviceDifferences = {
    info: webgpu.info,
    rows: records.length,
    activation: worst(({ activation }) => activation[hookPoint]!),
    prompt: relativeError(vectors[1]!.prompt[hookPoint]!, cpuVectors[1]!.prompt[hookPoint]!),
    latentMeans: worst(({ latents }) => dense(latents[hookPoint]!, cpu.model.sae!.latents)),
    loss: Math.max(...losses.map((loss, i) => Math.abs(loss - cpuLosses[i]!))),
    traceCosine: Math.min(...Array.from({ length: trace.tokens }, (_, t) => cosine(trace.residual, cpuTrace.residual, t * config.dModel, config.dModel))),
    traceLatents: sharedLatents(trace, cpuTrace),
    push: Math.max(...pushes.map(({ push }, i) => relativeError(push, cpuPushes[i]!.push))),
    pushLoss: Math.max(...pushes.map(({ loss }, i) => Math.abs(loss - cpuPushes[i]!.loss))),
    pushCheck: said.find((line) => line.startsWith('push on')) ?? null,
  };
  // Ends at once: a driver's threads must not keep a finished process alive.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

function dense({ index, value }: SparseMeans, latents: number): Float32Array {
  const result = new Float32Array(latents);
  index.forEach((latent, i) => (result[latent] = value[i]!));
  return result;
}

function sharedLatents(a: { latentIndex: Int32Array; tokens: number; k: number }, b: { latentIndex: Int32Array }): number {
  let shared = 0;
  for (let t = 0; t < a.tokens; t++) {
    const its = new Set(b.latentIndex.subarray(t * a.k, (t + 1) * a.k));
    shared += a.latentIndex.subarray(t * a.k, (t + 1) * a.k).filter((latent) => its.has(latent)).length;
  }
  return shared / (a.tokens * a.k);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
