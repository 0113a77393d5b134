import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { swiftshaderEnvironment, swiftshaderSupported } from '../../scripts/editor/swiftshader.mjs';
import { AuditClient } from '../../src/audit/client';
import { silentLogger } from '../../src/base/logger';
import type { AuditSettings } from '../../src/protocol';
import { cli, start } from '../cli/support';
import { auditText, chatLine, temporaryFolder } from '../support/auditing';
import type { DeviceDifferences } from '../support/devices';
import { root } from '../support/paths';

const dist = join(root, 'dist');
const line = chatLine('Hi?', 'Hello.');

describe.skipIf(process.platform !== 'linux')('without a driver', () => {
  /** One row's audit in the engine child, as the editor and the command line run it. */
  async function audit(device: AuditSettings['device']): Promise<Awaited<ReturnType<typeof auditText>>> {
    const before = process.env['VK_ICD_FILENAMES'];
    process.env['VK_ICD_FILENAMES'] = '/nonexistent';
    const client = new AuditClient({ entry: join(dist, 'engine.cjs'), logger: silentLogger });
    try {
      return await auditText(client, line, { measures: ['activation'], device });
    } finally {
      client.dispose();
      if (before === undefined) delete process.env['VK_ICD_FILENAMES'];
      else process.env['VK_ICD_FILENAMES'] = before;
    }
  }

  test('auto goes on with the CPU and says why', async () => {
    const { engine } = (await audit('auto')).summary;
    expect(engine.device).toBe('CPU');
    expect(engine.deviceReason).toMatch(/^WebGPU does not work here: Failed to get a WebGPU adapter/);
  }, 600_000);

  test('webgpu is refused with the reason and what to do', async () => {
    await expect(audit('webgpu')).rejects.toMatchObject({
      reason: 'device-unavailable',
      message: expect.stringMatching(/^The model cannot run on WebGPU: Failed to get a WebGPU adapter.*\. Install .*driver.*--device cpu/) as string,
    });
  }, 600_000);
});

/** The bundled model on a driver that computes on the processor: some five minutes of processor time, so many more of the clock where the machine is busy. */
const patience = 3_600_000;

describe.skipIf(!swiftshaderSupported)('on WebGPU', () => {
  let environment: Record<string, string>;
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;

  beforeAll(async () => {
    environment = await swiftshaderEnvironment();
    folder = temporaryFolder();
    file = join(folder.path, 'one.jsonl');
    writeFileSync(file, `${line}\n`);
  });
  afterAll(() => folder.remove());

  test('every vector, loss, latent and push is the CPU\'s', async () => {
    const { code, out, err } = await start(process.execPath, [join(root, 'scripts/run-ts.mjs'), join(root, 'test/support/devices.ts')], environment).ended;
    expect(code, err).toBe(0);
    const differences = JSON.parse(out) as DeviceDifferences;
    console.log(out);
    expect(differences.info).toMatchObject({ device: 'WebGPU', deviceReason: expect.stringContaining('software') as string, parity: { tokens: 44 } });
    expect(differences.info.parity!.minCosine).toBeGreaterThan(0.99999);
    expect(differences.rows).toBe(2);
    for (const name of ['activation', 'prompt', 'latentMeans'] as const) expect(differences[name], name).toBeLessThan(1e-5);
    for (const name of ['loss', 'pushLoss'] as const) expect(differences[name], name).toBeLessThan(1e-4);
    expect(differences.traceCosine).toBeGreaterThan(0.99999);
    expect(differences.traceLatents).toBeGreaterThan(0.98);
    // Autograd in float32 is up to 1e-4 from autograd in float64.
    expect(differences.push).toBeLessThan(2e-3);
    expect(differences.pushCheck).toMatch(/^push on WebGPU is off the CPU's by \d.* of its size on 44 tokens$/);
  }, patience);

  test('an audit names device and parity', async () => {
    const { code, out, err } = await cli(['audit', file, '--device', 'webgpu', '--format', 'json', '--quiet', '--no-cache'], environment);
    expect(code, err).toBe(0);
    const [audited] = (JSON.parse(out) as { files: { summary: { engine: unknown }; rows: { loss: number }[] }[] }).files;
    expect(audited!.summary.engine).toMatchObject({ device: 'WebGPU', parity: { tokens: 44, minCosine: expect.closeTo(1, 5) as number } });
    expect(audited!.rows).toHaveLength(1);
  }, patience);

  test('so does the heatmap of a row', async () => {
    const { code, out, err } = await cli(['inspect', `${file}:1`, '--device', 'webgpu'], environment);
    expect(code, err).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toMatch(/Engine .*WebGPU.*parity: cosine at least (0?\.9999|1)/);
  }, patience);
});
