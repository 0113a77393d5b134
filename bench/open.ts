/**
 * What opening a model costs: peak memory over the weights' bytes, and time over that of plainly reading the bytes. A random llama checkpoint of
 * that size is made in the temporary folder, once a precision, opened in a process of its own and removed.
 * usage: npm run bench -- open [--megabytes 1000] [--precisions fp32,bf16,fp16]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toHalf } from '../src/base/float16';
import { seeded } from '../src/core/probe';
import { byteLength, safetensorsHeader } from '../src/core/tensors';
import { bareRecord } from '../src/engine/bareRecord';
import { Engine } from '../src/engine/engine';

const { values: flags } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    precisions: { type: 'string', default: 'fp32,bf16,fp16' },
    /** Set by this script for the process that opens the folder. */
    child: { type: 'string' },
  },
});

const dtypes = { fp32: 'float32', bf16: 'bfloat16', fp16: 'float16' } as const;
type Precision = keyof typeof dtypes;

/** Sizes of a small llama; the number of blocks follows from the bytes. */
const size = { dModel: 1024, dMlp: 2816, heads: 16, keyValueHeads: 8, vocabulary: 32_000 };

function makeCheckpoint(folder: string, precision: Precision, bytes: number): void {
  const { dModel, dMlp, heads, keyValueHeads, vocabulary } = size;
  const dtype = dtypes[precision];
  const dHead = dModel / heads;
  const tensor = (name: string, ...shape: number[]) => ({ name, dtype, shape });
  const block = (i: number) => {
    const layer = `model.layers.${i}`;
    return [
      tensor(`${layer}.self_attn.q_proj.weight`, dModel, dModel),
      tensor(`${layer}.self_attn.k_proj.weight`, keyValueHeads * dHead, dModel),
      tensor(`${layer}.self_attn.v_proj.weight`, keyValueHeads * dHead, dModel),
      tensor(`${layer}.self_attn.o_proj.weight`, dModel, dModel),
      tensor(`${layer}.mlp.gate_proj.weight`, dMlp, dModel),
      tensor(`${layer}.mlp.up_proj.weight`, dMlp, dModel),
      tensor(`${layer}.mlp.down_proj.weight`, dModel, dMlp),
      tensor(`${layer}.input_layernorm.weight`, dModel),
      tensor(`${layer}.post_attention_layernorm.weight`, dModel),
    ];
  };
  const outer = [tensor('model.embed_tokens.weight', vocabulary, dModel), tensor('model.norm.weight', dModel)];
  const lengthOf = (tensors: ReturnType<typeof tensor>[]) => tensors.reduce((sum, { shape }) => sum + byteLength(dtype, shape), 0);
  const blocks = Math.max(2, Math.round((bytes - lengthOf(outer)) / lengthOf(block(0))));
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ model_type: 'llama', hidden_size: dModel, intermediate_size: dMlp, num_attention_heads: heads, num_key_value_heads: keyValueHeads, num_hidden_layers: blocks, vocab_size: vocabulary, max_position_embeddings: 2048, rms_norm_eps: 1e-5, tie_word_embeddings: true }),
  );
  const tensors = [...outer, ...Array.from({ length: blocks }, (_, i) => block(i)).flat()];
  // One drawn stretch over and over: what the numbers are does not matter here, only that they are not zeros.
  const random = seeded(1, 'weights');
  const stretch = Float32Array.from({ length: 1 << 20 }, () => 0.02 * random.normal());
  const bits = new Uint32Array(stretch.buffer);
  const halves = precision === 'fp16' ? Uint16Array.from(stretch, toHalf) : Uint16Array.from(bits, (value) => value >>> 16);
  const drawn = new Uint8Array((precision === 'fp32' ? stretch : halves).buffer);
  const file = openSync(join(folder, 'model.safetensors'), 'wx');
  writeSync(file, safetensorsHeader(tensors));
  for (let left = lengthOf(tensors); left > 0; left -= drawn.length) writeSync(file, drawn, 0, Math.min(left, drawn.length));
  closeSync(file);
}

/** Memory of this process in bytes: the largest resident size so far, and now what is its own and what maps files. */
function memory(): { peak: number; own: number; files: number } {
  const kilobytes = (text: string, key: string) => 1024 * Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN);
  const rollup = readFileSync('/proc/self/smaps_rollup', 'utf8');
  const [pss, anonymous] = [kilobytes(rollup, 'Pss'), kilobytes(rollup, 'Pss_Anon')];
  return { peak: kilobytes(readFileSync('/proc/self/status', 'utf8'), 'VmHWM'), own: anonymous, files: pss - anonymous };
}

/** In the child: opens the folder, once more with the hashes of its files kept, and says after each step what it took. */
async function open(folder: string): Promise<void> {
  const cacheFolder = join(folder, 'cache');
  const options = { model: folder, threads: 2, cacheFolder };
  const row = bareRecord(Array.from({ length: 128 }, (_, i) => (i * 7919) % size.vocabulary));
  const before = memory();
  const told = (step: string, start: number, cpu: NodeJS.CpuUsage) => {
    const { user, system } = process.cpuUsage(cpu);
    console.log(JSON.stringify({ step, seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6, ...memory(), before: before.peak }));
  };
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const result = await work();
    told(step, start, cpu);
    return result;
  };
  await (await timed('open', () => Engine.open(options))).dispose();
  const engine = await timed('open again', () => Engine.open(options));
  await timed('first vectors', () => engine.vectors([row]));
  for (let i = 0; i < 3; i++) await timed('vectors', () => engine.vectors([row, row, row, row]));
  await timed('first losses', () => engine.losses([row]));
  await engine.dispose();
}

function secondsToRead(folder: string): number {
  const buffer = new Uint8Array(1 << 22);
  const start = performance.now();
  for (const name of ['config.json', 'model.safetensors']) {
    const file = openSync(join(folder, name), 'r');
    while (readSync(file, buffer) > 0);
    closeSync(file);
  }
  return (performance.now() - start) / 1000;
}

interface Step {
  step: string;
  seconds: number;
  cpuSeconds: number;
  peak: number;
  own: number;
  files: number;
  before: number;
}

function bench(precision: Precision): void {
  const folder = mkdtempSync(join(tmpdir(), 'persona-lens-open-'));
  try {
    makeCheckpoint(folder, precision, Number(flags.megabytes) * 1e6);
    const { size: bytes } = statSync(join(folder, 'model.safetensors'));
    secondsToRead(folder);
    const read = secondsToRead(folder);
    const child = spawnSync(process.execPath, [process.argv[1]!, '--child', folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    if (child.status !== 0) throw new Error(`the child ended with ${child.status}`);
    console.log(`\n${precision}, ${Math.round(bytes / 1e6)} MB of weights; reading them plainly, from the page cache, takes ${read.toFixed(2)} s`);
    console.log('step              s   over reading   CPU s   peak   own   files   (memory over the weights\' bytes)');
    for (const { step, seconds, cpuSeconds, peak, own, files, before } of child.stdout.trim().split('\n').map((line) => JSON.parse(line) as Step)) {
      const over = (value: number) => (value / bytes).toFixed(2);
      console.log(`${step.padEnd(14)} ${seconds.toFixed(2).padStart(6)} ${(seconds / read).toFixed(1).padStart(10)} ${cpuSeconds.toFixed(2).padStart(10)} ${over(peak - before).padStart(7)} ${over(own).padStart(6)} ${over(files).padStart(6)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (flags.child !== undefined) void open(flags.child);
else for (const precision of flags.precisions.split(',') as Precision[]) bench(precision);
