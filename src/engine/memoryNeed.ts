import os from 'node:os';
import { bytesWords } from '../core/report';
import { type Checkpoint, blockOf } from '../core/model';
import { bytesPerElement } from '../core/onnx';
import { EngineError } from './errors';
import { pushBudget } from './push';

/** Memory that this process may take, in bytes. */
export interface MemoryRoom {
  free: number;
  total: number;
}

/** What is there now: of the machine, or of the container that the process runs in where that allows less. */
export function memoryRoom(): MemoryRoom {
  const machine = os.totalmem();
  // 0 or far beyond the machine where there is no limit; absent in older runtimes.
  const limit = process.constrainedMemory?.() || Infinity;
  // What macOS calls free leaves out all that it would give back at once.
  const free = process.platform === 'darwin' ? machine : os.freemem();
  return { free: Math.max(0, Math.min(free, limit - process.memoryUsage().rss)), total: Math.min(machine, limit) };
}

/** What a model takes, in bytes. */
export interface MemoryNeed {
  /** Of the weights, as stored. */
  weights: number;
  /** To read activations and losses. */
  reading: number;
  /** To compute push as well. */
  push: number;
}

/** Node, the runtime and what a batch keeps for a moment. */
const base = 288 << 20;
const float = 4;
/** Values of the residual stream's width that the backward pass keeps of each token in a block. */
const keptValues = 30;

/**
 * An estimate, within a tenth of what the bundled model and llamas of 300 MB in bf16 and 600 MB in fp32 took. Weights are mapped from their files as they are stored; a matrix of halves is cast while it is multiplied with. Four-bit matrices are
 * packed anew. Push keeps what lies after the hook point in fp32, in both directions.
 */
export function memoryNeed({ config, weights }: Checkpoint, hookPoint: string): MemoryNeed {
  const { blocks, dModel, vocabulary } = config;
  const stored = weights.byteLength();
  const isQuantised = weights.names().some((name) => name.endsWith('.qweight'));
  const elements = weights.sizes().map(({ dtype, bytes, name }) => (name.endsWith('.qweight') && dtype === 'uint8' ? 2 : 1) * (bytes / bytesPerElement[dtype]));
  const all = float * elements.reduce((sum, count) => sum + count, 0);
  const largest = weights.precision() === 'fp32' ? 0 : float * elements.reduce((a, b) => Math.max(a, b), 0);
  const reading = base + stored * (isQuantised ? 2 : 1) + largest;
  const after = (blocks - 1 - blockOf(hookPoint, blocks)) / blocks;
  const kept = pushBudget * float * (keptValues * dModel * blocks * after + vocabulary / 2);
  return { weights: stored, reading, push: reading + (weights.precision() === 'fp32' ? 0 : all * after) + kept };
}

/**
 * Refuses a model that cannot be held, before any of it is loaded.
 * @throws EngineError `too-large`
 */
export function refuseTooLarge(where: string, { reading, weights }: MemoryNeed, { free, total }: MemoryRoom): void {
  if (reading <= free) return;
  const advice = reading > total ? 'Choose a smaller model, or one stored in bf16' : 'Close other programs, or choose a smaller model';
  throw new EngineError('too-large', `${where} holds ${bytesWords(weights)} of weights and takes about ${bytesWords(reading)} of memory; ${bytesWords(free)} of ${bytesWords(total)} are free here. ${advice}.`);
}
