/**
 * What all push directions of a row cost, in units of one full forward pass with loss of the same batch: prefix (activations), forward
 * pass with loss, push, interleaved in one run so that a busy machine slows all alike.
 * usage: npm run bench -- push [--rounds 10] [--rows 8]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings } from '../src/audit/defaults';
import { readDataset } from '../src/core/dataset';
import { RecordTokenizer } from '../src/core/text';
import { Engine } from '../src/engine/engine';
import { median } from './median';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, rows: { type: 'string', default: '8' } } });
const model = join(process.cwd(), 'models/smollm2-135m-instruct');

async function main(): Promise<void> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'persona-lens-bench-'));
  const engine = await Engine.open({ model, cacheFolder });
  const tokenizer = await RecordTokenizer.load(model, defaultSettings.template, defaultSettings.systemPrompt);
  const { records } = await readDataset({ path: join(process.cwd(), 'media/samples/car-maintenance.jsonl') }, defaultSettings);
  const batch = records.slice(0, Number(flags.rows)).map((record) => tokenizer.tokenize(record, defaultSettings.maxTokens));
  const work = {
    'activations and latents': () => engine.vectors(batch),
    'forward with loss': () => engine.losses(batch),
    'push and loss': () => engine.pushes(batch),
  };
  const seconds = Object.fromEntries(Object.keys(work).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const [name, run] of Object.entries(work)) {
      const start = performance.now();
      await run();
      // The first round loads the graphs.
      if (round > 0) seconds[name]!.push((performance.now() - start) / 1000);
    }
  }
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
  const forward = seconds['forward with loss']!;
  console.log(`${batch.length} rows of ${Math.min(...batch.map(({ ids }) => ids.length))} to ${Math.max(...batch.map(({ ids }) => ids.length))} tokens, ${flags.rounds} rounds, median seconds and median ratio to one forward pass with loss`);
  for (const [name, values] of Object.entries(seconds)) {
    console.log(`${name.padEnd(24)} ${median(values).toFixed(2)} s  ${median(values.map((value, i) => value / forward[i]!)).toFixed(2)}`);
  }
}

void main();
