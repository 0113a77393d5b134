/**
 * Faults for `faulty`: code that runs in the engine child before the product does. What a native call of the runtime does is changed for the batches
 * that hold one of the given records; the product has no switch for it.
 */

/** JavaScript for the moment when a batch with one of these records reaches the runtime; `run` is the runtime's own call. */
const atRecords = (hashes: string[], act: string): string => `
process.env.ORT_DISABLE_TELEMETRY = '1';
delete globalThis.Float16Array;
const { InferenceSession } = require(root + '/node_modules/onnxruntime-node');
const fatal = new Set(${JSON.stringify(hashes)});
let batch = null;
const send = process.send;
process.send = function (message, ...rest) {
  if (message.method === 'audit/batch') batch = message.params.batch;
  return send.call(this, message, ...rest);
};
const run = InferenceSession.prototype.run;
InferenceSession.prototype.run = function (...args) {
  if (!batch || !batch.hashes.some((hash) => fatal.has(hash))) return run.apply(this, args);
  ${act}
};
`;

/** The process ends in the middle of the call, as by a fault of the native library. */
export const crashes = (hashes: string[]): string => atRecords(hashes, `process.kill(process.pid, 'SIGKILL'); for (;;);`);

/** The call never comes back, and nothing else in the process runs. */
export const hangs = (hashes: string[]): string => atRecords(hashes, `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`);

/** The model gives NaN. */
export const givesNaN = (hashes: string[]): string =>
  atRecords(hashes, `return run.apply(this, args).then((output) => { for (const { data } of Object.values(output)) if (data instanceof Float32Array) data.fill(NaN); return output; });`);
