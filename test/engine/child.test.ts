import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AuditClient } from '../../src/audit/client';
import { CancelledError } from '../../src/base/errors';
import { silentLogger } from '../../src/base/logger';
import type { AuditEvent } from '../../src/protocol';
import { auditText, cacheIn, chatLine, settings, temporaryFolder } from '../support/auditing';
import { root, samples } from '../support/paths';

const entry = join(root, 'dist/engine.cjs');
const text = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8');
const few = text.split('\n').slice(0, 3).join('\n');
let client: AuditClient;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  client = new AuditClient({ entry, logger: silentLogger });
});
afterEach(() => {
  client.dispose();
  folder.remove();
});

/** Waits until a process has ended. */
async function ended(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('the child gives what the service gives: events, rows, summary and an inspection', async () => {
  const { rows, summary, events } = await auditText(client, few);
  expect(rows).toHaveLength(3);
  expect(summary.engine.parity!.minCosine).toBeGreaterThan(0.99999);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['read', 'engine', 'progress', 'rows', 'summary']));
  const inspection = await client.inspect({ path: 'test.jsonl', text: few, settings: settings(), index: 1 });
  expect(inspection.probes[0]!.values).toBeInstanceOf(Float32Array);
  expect((await client.diagnostics()).engine!.model).toBe(summary.engine.model);
});

test('an expected failure keeps its reason and message across the boundary', async () => {
  const { result } = client.audit({ path: join(folder.path, 'absent.jsonl'), settings: settings() }, () => undefined);
  await expect(result).rejects.toMatchObject({ reason: 'not-found', message: expect.stringContaining('absent.jsonl') as string });
});

test('a cancelled audit ends, and the child goes on', async () => {
  const controller = new AbortController();
  const { result } = client.audit({ path: 'test.jsonl', text, settings: settings() }, (event) => event.type === 'rows' && controller.abort(), controller.signal);
  await expect(result).rejects.toThrow(CancelledError);
  const { pid } = client;
  expect((await auditText(client, few, { measures: ['activation'] })).rows).toHaveLength(3);
  expect(client.pid).toBe(pid);
});

test('an audit whose child is killed goes on in another', async () => {
  const killed: number[] = [];
  const events: AuditEvent[] = [];
  const { result } = client.audit({ path: 'test.jsonl', text: few, settings: settings({ cache: cacheIn(folder.path) }) }, (event) => {
    events.push(event);
    if (event.type !== 'rows' || killed.length) return;
    killed.push(client.pid!);
    process.kill(client.pid!, 'SIGKILL');
  });
  expect((await result).rows).toHaveLength(3);
  expect(client.pid).not.toBe(killed[0]);
  expect(events.filter(({ type }) => type === 'notice')).toMatchObject([{ notice: { code: 'engine-restarted', message: expect.stringContaining('SIGKILL') as string } }]);
});

test('an engine that cannot be started is told at once', async () => {
  const absent = new AuditClient({ entry, execPath: join(folder.path, 'node'), logger: silentLogger });
  await expect(auditText(absent, few)).rejects.toThrow(/could not be started.*engine\.execPath/);
});

test('the child ends when its parent is gone, also in the middle of a run', async () => {
  const parent = join(folder.path, 'parent.cjs');
  const file = join(folder.path, 'pid');
  writeFileSync(join(folder.path, 'data.jsonl'), Array.from({ length: 200 }, (_, i) => chatLine(`Question ${i}?`, `Answer ${i}, which is long enough to take the model some time to read.`)).join('\n'));
  writeFileSync(
    parent,
    `const { fork } = require('node:child_process');
     const child = fork(${JSON.stringify(entry)}, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
     child.on('message', (message) => {
       if (message.method === 'audit/event' && message.params.event.type === 'rows') {
         require('node:fs').writeFileSync(${JSON.stringify(file)}, String(child.pid));
         process.kill(process.pid, 'SIGKILL');
       }
     });
     child.send({ jsonrpc: '2.0', id: 1, method: 'audit', params: { id: 1, path: ${JSON.stringify(join(folder.path, 'data.jsonl'))}, settings: ${JSON.stringify(settings())} } });`,
  );
  const process_ = spawn(process.execPath, [parent], { stdio: 'ignore' });
  await once(process_, 'exit');
  expect(existsSync(file)).toBe(true);
  await ended(Number(readFileSync(file, 'utf8')));
});

test('the extension host\'s bundle holds neither the runtime nor its name as an import', () => {
  const bundle = readFileSync(join(root, 'dist/extension.cjs'), 'utf8');
  expect(bundle).not.toMatch(/require\("onnxruntime-node"\)|import\("onnxruntime-node"\)/);
});
