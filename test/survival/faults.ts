import type { PassWork } from '../../src/protocol';

/**
 * Faults for `faulty`: code that runs in the engine child before the product does. What a native call of the runtime does is changed for the batches
 * that hold one of the given records; the product has no switch for it.
 */

/** JavaScript before a fault: the runtime is loaded as the product does, and `run` is its own call. */
const runtime = `
process.env.ORT_DISABLE_TELEMETRY = '1';
delete globalThis.Float16Array;
const { InferenceSession } = require(root + '/node_modules/onnxruntime-node');
const run = InferenceSession.prototype.run;
`;

/** JavaScript for the moment when a batch with one of these records reaches the runtime, where one is given for this work only. */
const atRecords = (hashes: string[], act: string, work: PassWork | null = null): string => `${runtime}
const fatal = new Set(${JSON.stringify(hashes)});
const work = ${JSON.stringify(work)};
let batch = null;
const send = process.send;
process.send = function (message, ...rest) {
  if (message.method === 'audit/batch') batch = message.params.batch;
  return send.call(this, message, ...rest);
};
InferenceSession.prototype.run = function (...args) {
  if (!batch || (work && batch.work !== work) || !batch.hashes.some((hash) => fatal.has(hash))) return run.apply(this, args);
  ${act}
};
`;

/** The process ends in the middle of the call, as by a fault of the native library. */
export const crashes = (hashes: string[], work?: PassWork): string => atRecords(hashes, `process.kill(process.pid, 'SIGKILL'); for (;;);`, work);

/** The call never comes back, and nothing else in the process runs. */
export const hangs = (hashes: string[]): string => atRecords(hashes, `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`);

/** The model gives NaN. */
export const givesNaN = (hashes: string[]): string =>
  atRecords(hashes, `return run.apply(this, args).then((output) => { for (const { data } of Object.values(output)) if (data instanceof Float32Array) data.fill(NaN); return output; });`);

/** A folder is removed while their activations are computed. */
export const removes = (hashes: string[], folder: string): string =>
  atRecords(hashes, `require('node:fs').rmSync(${JSON.stringify(folder)}, { recursive: true, force: true }); return run.apply(this, args);`, 'activations');

/** The runtime finds no memory, as it says it. */
export const findsNoMemory = (hashes: string[], work: PassWork): string => atRecords(hashes, `return Promise.reject(new Error('Non-zero status code returned while running MatMul node. std::bad_alloc'));`, work);

/**
 * The process ends in one of its first 18 calls of the runtime, drawn anew for each process, until so many have ended.
 * @param ends a file that counts them
 */
export const crashesAtRandom = (ends: string, times: number, seed: number): string => `${runtime}
const fs = require('node:fs');
const ended = fs.existsSync(${JSON.stringify(ends)}) ? fs.statSync(${JSON.stringify(ends)}).size : 0;
let random = ${seed};
for (let i = 0; i <= ended; i++) random = (random * 1103515245 + 12345) % 2 ** 31;
let left = ended < ${times} ? 1 + Math.floor((18 * random) / 2 ** 31) : Infinity;
InferenceSession.prototype.run = function (...args) {
  if (--left > 0) return run.apply(this, args);
  fs.appendFileSync(${JSON.stringify(ends)}, '.');
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};
`;
