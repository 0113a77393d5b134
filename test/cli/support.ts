import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/paths';

export const bundle = join(root, 'dist/cli.cjs');
if (!existsSync(bundle)) throw new Error('dist/cli.cjs is missing: build it with "node esbuild.js" first.');

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface Started {
  child: ChildProcess;
  /** What standard error holds so far. */
  err(): string;
  ended: Promise<Ended>;
}

/** An environment in which nothing of the tester's own terminal is left. */
function environment(over: Record<string, string>): NodeJS.ProcessEnv {
  const { NO_COLOR: _no, FORCE_COLOR: _force, COLUMNS: _columns, ...rest } = process.env;
  return { ...rest, ...over };
}

export function start(command: string, args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(command, args, { cwd: root, env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { child, err: () => err, ended };
}

/** Runs the built command line as a user does. */
export function cli(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  return start(process.execPath, [bundle, ...args], env).ended;
}
