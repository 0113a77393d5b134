import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AuditClient } from '../../src/audit/client';
import { silentLogger } from '../../src/base/logger';
import type { AuditSettings } from '../../src/protocol';
import { auditText, chatLine } from '../support/auditing';
import { root } from '../support/paths';

const dist = join(root, 'dist');

describe.skipIf(process.platform !== 'linux')('without a driver', () => {
  const line = chatLine('Hi?', 'Hello.');

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
