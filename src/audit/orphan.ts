import { Worker } from 'node:worker_threads';

/** Looks after the parent from a thread of its own: the main thread may stand in a native call that never ends. */
const watch = `
const { workerData: parent } = require('node:worker_threads');
const gone = () => {
  if (process.ppid !== parent) return true;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
};
setInterval(() => gone() && process.kill(process.pid, 'SIGKILL'), 1000);
`;

/** Ends this process when its parent is gone: at once between two batches, within a second or two in the middle of one. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit(0));
  new Worker(watch, { eval: true, workerData: process.ppid }).unref();
}
