import type { HostRun } from './editor.mjs';

/** Runs a suite inside the extension host of VS Code; the exit code is 0 when every test passed. */
export function runInHost(run: HostRun): Promise<number>;
