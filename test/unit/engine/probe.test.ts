import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probeWebGpu } from '../../../src/engine/probe/probe';
import { temporaryFolder } from '../../support/auditing';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => (folder = temporaryFolder()));
afterEach(() => folder.remove());

/** What the parent makes of a probe's process that does this. */
function probing(script: string, limitSeconds?: number): ReturnType<typeof probeWebGpu> {
  const entry = join(folder.path, 'probe.cjs');
  writeFileSync(entry, script);
  return probeWebGpu({ entry, threads: 2, ...(limitSeconds === undefined ? {} : { limitSeconds }) });
}

const passed = { ok: true, attention: 'fused', error: 1e-6, timing: null, drivers: [], software: false };

test('the last line is the result; it is asked once', async () => {
  const log = join(folder.path, 'log');
  const script = `require('fs').appendFileSync(${JSON.stringify(log)}, process.argv[2] + ';'); console.log('a driver speaks'); console.log(${JSON.stringify(JSON.stringify(passed))})`;
  expect(await Promise.all([probing(script), probing(script)])).toEqual([passed, passed]);
  expect(await probing(script)).toEqual(passed);
  expect(readFileSync(log, 'utf8')).toBe('2;');
});

test('a reason is given with the last that was said on stderr, without places in a source', async () => {
  const script = `console.error("\\u001b[1;31mWarning: Couldn't load Vulkan\\u001b[m"); console.error('    at operator() (BackendVk.cpp:368)'); console.log('{"ok":false,"reason":"No adapter"}')`;
  expect(await probing(script)).toEqual({ ok: false, reason: "No adapter (Warning: Couldn't load Vulkan)" });
});

test.skipIf(process.platform === 'win32')('a crash is a reason', async () => {
  expect(await probing(`console.error('illegal shader'); process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1e6)`)).toEqual({ ok: false, reason: 'its check ended without a result (SIGSEGV) (illegal shader)' });
});

test('so is an exit without a result', async () => {
  expect(await probing('process.exit(3)')).toEqual({ ok: false, reason: 'its check ended without a result (exit code 3)' });
  expect(await probeWebGpu({ entry: join(folder.path, 'absent.cjs'), threads: null })).toMatchObject({ ok: false, reason: expect.stringContaining('exit code 1') as string });
});

test('so is a hang, which is killed', async () => {
  expect(await probing('for (;;);', 0.2)).toEqual({ ok: false, reason: 'its check did not end within 0.2 s' });
});

test('so is a program without its check', async () => {
  expect(await probeWebGpu({ entry: null, threads: null })).toEqual({ ok: false, reason: 'this program comes without its check' });
});
