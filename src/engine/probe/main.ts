import { messageOf } from '../../base/errors';
import { checkWebGpu } from './check';

/** The probe's process: checks WebGPU, prints the result as one line of JSON and ends. */
const threads = process.argv[2];

checkWebGpu(threads === undefined ? null : Number(threads))
  .catch((error: unknown) => ({ ok: false, reason: messageOf(error) }))
  // Ends at once: a driver's threads must not keep a finished check alive.
  .then((result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)))
  .catch(() => process.exit(1));
