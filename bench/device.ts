/**
 * What WebGPU gives beside the CPU on this machine: rows a second of each measure on the same batch, interleaved, and how far apart
 * the values are.
 * usage: npm run bench -- device [--rounds 10] [--rows 7] [--tokens 200]   (after npm run build)
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultSettings } from '../src/audit/defaults';
import { readDataset } from '../src/core/dataset';
import { RecordTokenizer } from '../src/core/text';
import type { TokenizedRecord } from '../src/core/types';
import { Engine } from '../src/engine/engine';
import { relativeError } from '../src/engine/relativeError';
import { median } from './median';

const { values: flags } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, rows: { type: 'string', default: '7' }, tokens: { type: 'string', default: '200' } } });
const model = join(process.cwd(), 'models/smollm2-135m-instruct');

async function main(): Promise<void> {
  const open = (device: 'cpu' | 'webgpu') => Engine.open({ model, device, probe: join(process.cwd(), 'dist/probe.cjs') });
  const [cpu, webgpu] = [await open('cpu'), await open('webgpu')];
  const { hookPoint } = cpu.model;
  const batch = await rowsOf(Number(flags.rows), Number(flags.tokens));
  const measures: Record<string, (engine: Engine) => Promise<Float32Array[]>> = {
    activation: async (engine) => (await engine.vectors(batch)).map(({ activation }) => activation[hookPoint]!),
    loss: async (engine) => [Float32Array.from(await engine.losses(batch))],
    push: async (engine) => (await engine.pushes(batch)).map(({ push }) => push),
  };
  console.log(`${batch.length} rows of ${flags.tokens} tokens, median of ${flags.rounds} interleaved runs. ${webgpu.info.deviceReason ?? ''}`);
  for (const [name, run] of Object.entries(measures)) {
    // The first run loads the graphs.
    const expected = await run(cpu);
    const error = Math.max(...(await run(webgpu)).map((values, i) => relativeError(values, expected[i]!)));
    const seconds: Record<'cpu' | 'webgpu', number[]> = { cpu: [], webgpu: [] };
    for (let round = 0; round < Number(flags.rounds); round++) {
      for (const [device, engine] of [['cpu', cpu], ['webgpu', webgpu]] as const) {
        const start = performance.now();
        await run(engine);
        seconds[device].push((performance.now() - start) / 1000);
      }
    }
    const [slow, fast] = [median(seconds.cpu), median(seconds.webgpu)];
    console.log(`${name.padEnd(11)} CPU ${(batch.length / slow).toFixed(1)} rows/s, WebGPU ${(batch.length / fast).toFixed(1)} rows/s, ratio ${(slow / fast).toFixed(2)}; largest difference ${error.toExponential(1)} of a row's size`);
  }
  // A driver's threads must not keep a finished bench alive.
  process.exit(0);
}

/** Rows of exactly so many tokens out of the sample's text, the last three quarters of each trained on. */
async function rowsOf(rows: number, tokens: number): Promise<TokenizedRecord[]> {
  const tokenizer = await RecordTokenizer.load(model, defaultSettings.template, defaultSettings.systemPrompt);
  const { records } = await readDataset({ path: join(process.cwd(), 'media/samples/car-maintenance.jsonl') }, defaultSettings);
  const ids = records.flatMap((record) => [...tokenizer.tokenize(record, defaultSettings.maxTokens).ids]);
  return Array.from({ length: rows }, (_, row) => ({
    hash: String(row),
    ids: Int32Array.from({ length: tokens }, (_, t) => ids[(row * tokens + t) % ids.length]!),
    turnOf: new Int16Array(tokens),
    charStart: new Uint32Array(tokens),
    charEnd: new Uint32Array(tokens),
    response: Uint8Array.from({ length: tokens }, (_, t) => (4 * t >= tokens ? 1 : 0)),
    truncated: false,
    templateMarkers: false,
  }));
}

void main();
