// Runs a command and outlives its parent just long enough to clean up: when standard input closes, however the parent
// ended, the command's whole process group is ended and the temp folder removed.
// Usage: node guard.mjs TEMP_DIR COMMAND [ARGUMENT...]
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 3000;
const [tempDir, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });

let ending = false;
async function end(code) {
  if (ending) return;
  ending = true;
  signalGroup('SIGTERM');
  for (const deadline = Date.now() + GRACE_MS; signalGroup(0) && Date.now() < deadline;) await delay(25);
  signalGroup('SIGKILL');
  rmSync(tempDir, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

/** Whether any process of the group was there to receive the signal. */
function signalGroup(signal) {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch {
    return false;
  }
}

process.stdin.resume().on('close', () => end(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(1));
child.on('error', (error) => {
  console.error(error.message);
  end(127);
});
child.on('exit', (code) => end(code ?? 1));
