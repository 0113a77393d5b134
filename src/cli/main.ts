import { join } from 'node:path';
import { AuditClient } from '../audit/client';
import { defaultCacheFolder } from '../store';
import { findModelsFolder } from './modelsFolder';
import { run } from './program';
import { neutralise } from './terminal/neutralise';

const cancel = new AbortController();

/** The first Ctrl-C ends the work within a batch, the second at once. */
function onSignal(signal: 'SIGINT' | 'SIGTERM'): void {
  if (cancel.signal.aborted) {
    if (process.stderr.isTTY) process.stderr.write('\u001b[?25h\u001b[?7h\n'); // the progress bar hides the cursor
    process.exit(signal === 'SIGINT' ? 130 : 143);
  }
  cancel.abort(signal);
}

async function main(): Promise<number> {
  const modelsFolder = findModelsFolder();
  return run(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    modelsFolder,
    defaultCacheFolder,
    // In a process of its own, as in the editor: what ends the engine does not end the command.
    openAuditor: (logger) => Promise.resolve(new AuditClient({ entry: join(__dirname, 'engine.cjs'), modelsFolder, logger })),
    signal: cancel.signal,
  });
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
// A closed pipe is told to whoever writes (output.ts); without a listener it would end the process with a stack.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`persona-lens: this is a bug, please report it:\n${details.split('\n').map(neutralise).join('\n')}\n`);
    process.exitCode = 2;
  },
);
