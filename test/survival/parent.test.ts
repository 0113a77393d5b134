import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { VectorStore } from '../../src/store';
import { cacheIn } from '../support/auditing';
import { hangs } from './faults';
import { type Place, audit, cacheFiles, cli, ended, engine, faulty, hashesOf, lostRows, rows, small, start, survives } from './support';

/** What an editor's host is to the engine: a process that forked it and is then killed, here once `when` is true of a message. */
async function hostKilled(place: Place, { entry, request, when }: { entry: string; request: object; when: string }): Promise<number> {
  const host = place.write(
    'host.cjs',
    `const { fork } = require('node:child_process');
     const child = fork(${JSON.stringify(entry)}, [], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
     child.on('message', ({ method, params }) => {
       if (!(${when})) return;
       require('node:fs').writeFileSync(${JSON.stringify(place.at('pid'))}, String(child.pid));
       process.kill(process.pid, 'SIGKILL');
     });
     child.send({ jsonrpc: '2.0', id: 1, method: 'audit', params: ${JSON.stringify(request)} });`,
  );
  const process_ = spawn(process.execPath, [host], { stdio: 'ignore' });
  await once(process_, 'exit');
  const pid = Number(readFileSync(place.at('pid'), 'utf8'));
  place.leaving(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  return pid;
}

survives('editor killed during a run', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(20, true).join('\n'));
  const cache = cacheIn(place.at('cache'));
  // After the third batch: what came before it is flushed by then, or the rest is at most some seconds of work.
  const when = `method === 'audit/event' && params.event.type === 'progress' && require('node:fs').existsSync(${JSON.stringify(cache!.folder)}) && require('node:fs').readdirSync(${JSON.stringify(cache!.folder)}, { recursive: true }).some((name) => /vectors-[^/]*\\.parquet$/.test(name))`;
  await ended(await hostKilled(place, { entry: engine, request: { id: 1, path, settings: small({ cache, maxTokens: 256 }) }, when }));
  const store = await VectorStore.open(cache!);
  const { records } = await store.info();
  expect(records).toBeGreaterThan(0);
  const client = place.client();
  const told = await audit(client, { path, settings: small({ cache, maxTokens: 256 }) });
  expect(told.summary.timings).toMatchObject({ rowsFromCache: records, rowsRun: 20 - records });
  expect(place.log.filter((line) => /damaged/.test(line))).toEqual([]);
  return { shown: `nothing: the next audit takes ${records} rows from the cache`, lost: 20 - told.rows.length };
});

survives('editor killed while the engine hangs', { quick: true, when: process.platform !== 'win32' }, async (place) => {
  const path = place.write('data.jsonl', rows(3).join('\n'));
  const entry = faulty(place, hangs(await hashesOf(path)));
  const pid = await hostKilled(place, { entry, request: { id: 1, path, settings: small({ cache: cacheIn(place.at('cache')) }) }, when: `method === 'audit/batch'` });
  await ended(pid);
  expect(cacheFiles(place.at('cache')).filter((name) => name.includes('.tmp-'))).toEqual([]);
  return { shown: 'nothing: the engine ends by itself', lost: 0 };
});

survives('command line killed during a run, and run again', {}, async (place) => {
  const path = place.write('data.jsonl', rows(20, true).join('\n'));
  const cache = cacheIn(place.at('cache'));
  const args = ['audit', path, '--cache', cache!.folder, '--measures', 'activation', '--max-tokens', '256', '--device', 'cpu', '--format', 'jsonl'];
  const first = start([cli, ...args]);
  while (!cacheFiles(cache!.folder).some((name) => name.includes('vectors-'))) await new Promise((resolve) => setTimeout(resolve, 20));
  first.child.kill('SIGKILL');
  await first.ended;
  const again = await start([cli, ...args]).ended;
  expect(again.code).toBe(0);
  const printed = again.out.trimEnd().split('\n');
  const whole = await audit(place.client(), { path, settings: small({ cache, maxTokens: 256 }) });
  expect(whole.summary.timings.rowsRun).toBe(0);
  return { shown: again.err.trim().split('\n').at(-1)!, lost: lostRows({ rows: printed.map((line) => JSON.parse(line) as never) }, whole) };
});
