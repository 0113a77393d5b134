/**
 * What a curator waits for who opens a large file again: in the real editor, from the extension's activate() to the lenses of a file whose
 * vectors are in the store; the first time they are scored, the second time the scores are there too.
 * usage: npm run bench -- reopen [--rows 10000]
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bigText, fillStore } from '../test/support/bigFile';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '10000' } } });
const root = process.cwd();

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'persona-lens-reopen-'));
  const cache = join(folder, 'cache');
  const workspace = join(folder, 'workspace');
  try {
    mkdirSync(workspace);
    const text = bigText(join(root, 'media/samples'), Number(flags.rows));
    writeFileSync(join(workspace, 'big.jsonl'), text);
    const settings = JSON.stringify({ push: false, 'cache.folder': cache, 'engine.device': 'cpu' });
    await fillStore(text, { modelsFolder: join(root, 'models'), cache });
    for (const what of ['vectors stored', 'scored before']) {
      const { stdout, status } = spawnSync(process.execPath, [join(root, 'test/e2e/measure.mjs'), 'reopen', workspace], { cwd: root, env: { ...process.env, MEASURE_SETTINGS: settings }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 26 });
      const measured = /MEASURED (.*)/.exec(stdout)?.[1];
      if (status !== 0 || measured === undefined) throw new Error(`the editor measured nothing:\n${stdout}`);
      console.log(`${flags.rows} rows, ${what}: ${measured}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
