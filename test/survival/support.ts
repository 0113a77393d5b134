import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { AuditClient, type ClientOptions } from '../../src/audit/client';
import type { Logger } from '../../src/base/logger';
import { readDataset } from '../../src/core/dataset';
import type { AuditEvent, AuditRequest, AuditResult, AuditSettings } from '../../src/protocol';
import { settings, temporaryFolder } from '../support/auditing';
import { root } from '../support/paths';

export const engine = join(root, 'dist/engine.cjs');
export const cli = join(root, 'dist/cli.cjs');
if (!existsSync(engine)) throw new Error('dist/engine.cjs is missing: build it with "node esbuild.js" first.');

/** What a case must show: the message that a person got, and how many rows that can be scored were not. */
export interface Survived {
  shown: string;
  lost: number;
}

declare module 'vitest' {
  interface TaskMeta {
    survival?: { case: string } & Survived;
  }
}

const isShort = process.env['SURVIVAL'] === 'short';
const minutes = 60_000;

/**
 * One case of the table: nothing is lost, and the log holds neither a row's text nor a stack trace. Those that are not quick are left out of the short form.
 * @param cover runs the product into a fault and says what was shown and lost; it makes its own assertions beside
 */
export function survives(name: string, { quick = false, when = true }: { quick?: boolean; when?: boolean }, cover: (place: Place) => Promise<Survived>): void {
  test.skipIf((isShort && !quick) || !when)(name, { timeout: 10 * minutes }, async ({ task }) => {
    const place = new Place();
    places.push(place);
    const survived = await cover(place);
    task.meta.survival = { case: name, shown: survived.shown.replaceAll(place.folder, '…'), lost: survived.lost };
    expect(survived.shown).not.toBe('');
    expect(place.log.filter((line) => /Question \d+\?|The answer to question|\n\s+at .*:\d+/.test(line))).toEqual([]);
    expect(survived.lost).toBe(0);
  });
}

const places: Place[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.leave();
});

/** A temporary folder with what was started in it; all of it goes when the case ends. */
export class Place {
  private readonly temporary = temporaryFolder();
  private readonly onLeave: (() => unknown)[] = [];
  readonly folder = this.temporary.path;
  readonly log: string[] = [];

  at(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  client(options: Partial<ClientOptions> = {}): AuditClient {
    const say = (message: string) => void this.log.push(message);
    const logger: Logger = { debug: say, info: say, warn: say, error: say };
    const client = new AuditClient({ entry: engine, logger, ...options });
    this.leaving(() => client.dispose());
    return client;
  }

  /** Done in reverse order when the case ends. */
  leaving(action: () => unknown): void {
    this.onLeave.unshift(action);
  }

  async leave(): Promise<void> {
    for (const action of this.onLeave) await action();
    this.temporary.remove();
  }
}

/** Settings under which a row takes a moment: few tokens, no losses, no device but the CPU probed. */
export const small = (changes: Partial<AuditSettings> = {}): AuditSettings => settings({ device: 'cpu', maxTokens: 64, measures: ['activation'], ...changes });

/** So many short rows, no two alike, of lengths that fall into batches of their own where `spread` is given. */
export function rows(count: number, spread = false): string[] {
  return Array.from({ length: count }, (_, i) => {
    const more = spread ? ' and so on'.repeat(i * i) : '';
    return JSON.stringify({ messages: [{ role: 'user', content: `Question ${i}?` }, { role: 'assistant', content: `The answer to question number ${i} is ${i * i}${more}.` }] });
  });
}

/** Hashes of a file's records, in file order. */
export async function hashesOf(path: string): Promise<string[]> {
  return (await readDataset({ path }, { mapping: null, trainOn: 'all' })).records.map(({ hash }) => hash);
}

export interface Told extends AuditResult {
  events: AuditEvent[];
  /** Messages of notices. */
  notices: string[];
}

/** Audits to the end; `onEvent` does the mischief. */
export async function audit(client: AuditClient, request: AuditRequest, onEvent: (event: AuditEvent) => void = () => undefined): Promise<Told> {
  const events: AuditEvent[] = [];
  const { result } = client.audit({ ...request }, (event) => {
    events.push(event);
    onEvent(event);
  });
  return { ...(await result), events, notices: noticesOf(events) };
}

export const noticesOf = (events: AuditEvent[]): string[] => events.flatMap((event) => (event.type === 'notice' ? [event.notice.message] : []));

/** How many of the expected rows have no score, or one that another batch would not give. */
export function lostRows(told: Pick<AuditResult, 'rows'>, expected: Pick<AuditResult, 'rows'>): number {
  const scores = new Map(told.rows.map((row) => [row.line, row.scores[0]!.value]));
  return expected.rows.filter(({ line, scores: [score] }) => {
    const value = scores.get(line);
    return value === undefined || Math.abs(value - score!.value) > 1e-2 * Math.max(1, Math.abs(score!.value));
  }).length;
}

/** A script that does something to the engine child, then runs it. `code` may use `root`; see faults.ts. */
export function faulty(place: Place, code: string): string {
  return place.write('faulty.cjs', `const root = ${JSON.stringify(root)};\n${code}\nrequire(${JSON.stringify(engine)});\n`);
}

/** Waits until a process has ended. */
export async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
      if (isZombie(pid)) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ended, and its parent (here a container's first process) has not asked for it. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** All segments and leftovers of a cache folder. */
export function cacheFiles(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.parquet') || name.includes('.tmp-')) : [];
}

export function start(args: string[]): { child: ChildProcess; err: () => string; ended: Promise<{ code: number | null; out: string; err: string }> } {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return { child, err: () => err, ended: new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  }) };
}
