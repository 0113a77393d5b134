/**
 * Rows a second of the activation pass, against PyTorch and transformers on the same rows in the same run, interleaved.
 * usage: npm run bench -- [--python python3] [--rows 32] [--rounds 3]
 * The peer needs a Python with torch, transformers and safetensors; without one only our own time is printed.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { defaultSettings } from '../src/audit/defaults';
import { BatchQueue, byLength } from '../src/audit/queue';
import { prepareRows, recordsOf } from '../src/audit/rows';
import { readDataset } from '../src/core/dataset';
import { RecordTokenizer } from '../src/core/text';
import type { TokenizedRecord } from '../src/core/types';
import { Engine } from '../src/engine/engine';
import { cosine } from '../src/engine/selfCheck';

const { values: flags } = parseArgs({ options: { python: { type: 'string', default: 'python3' }, rows: { type: 'string', default: '32' }, rounds: { type: 'string', default: '3' } } });
const model = join(process.cwd(), 'models/smollm2-135m-instruct');
const threads = availableParallelism();

interface Peer {
  name: string;
  run(): Promise<{ seconds: number; means: number[][] }>;
  end(): void;
}

async function main(): Promise<void> {
  const engine = await Engine.open({ model, threads });
  const tokenizer = await RecordTokenizer.load(model, defaultSettings.template, null);
  const dataset = await readDataset({ path: join(process.cwd(), 'media/samples/car-maintenance.jsonl') }, { mapping: null, trainOn: 'all' });
  const rows = (await prepareRows(dataset, tokenizer, 2048)).rows.slice(0, Number(flags.rows));
  const records = recordsOf(rows).map(({ tokens }) => tokens);
  const tokens = records.reduce((sum, { ids }) => sum + ids.length, 0);
  console.log(`${rows.length} rows, ${tokens} tokens, ${threads} threads`);

  const ours = async () => {
    const start = performance.now();
    const means = new Map<string, Float32Array>();
    const queue = new BatchQueue(byLength(rows));
    for (let batch = queue.next(); batch.length; batch = queue.next())
      for (const { hash, activation } of await engine.vectors(recordsOf(batch).map((record) => record.tokens))) means.set(hash, activation[engine.model.hookPoint]!);
    return { seconds: (performance.now() - start) / 1000, means };
  };
  const peer = await startPeer(records);
  await ours();
  await peer?.run();
  const times: { ours: number[]; peer: number[] } = { ours: [], peer: [] };
  let worst = 1;
  for (let round = 0; round < Number(flags.rounds); round++) {
    const own = await ours();
    times.ours.push(own.seconds);
    if (!peer) continue;
    const theirs = await peer.run();
    times.peer.push(theirs.seconds);
    records.forEach(({ hash }, i) => (worst = Math.min(worst, cosine(own.means.get(hash)!, Float32Array.from(theirs.means[i]!), 0, theirs.means[i]!.length))));
  }
  peer?.end();
  await engine.dispose();
  const best = Math.min(...times.ours);
  console.log(`persona-lens, ${engine.info.precision} with SAE latents: ${(rows.length / best).toFixed(2)} rows/s, ${(tokens / best).toFixed(0)} tokens/s`);
  if (!peer) return console.log('no peer: give a Python that has torch, transformers and safetensors with --python');
  const theirs = Math.min(...times.peer);
  console.log(`${peer.name}, fp32, batches of 8: ${(rows.length / theirs).toFixed(2)} rows/s, ${(tokens / theirs).toFixed(0)} tokens/s`);
  console.log(`ratio ${(theirs / best).toFixed(2)} x the peer; worst cosine of response means ${worst.toFixed(8)}`);
}

/** @returns null where there is no such Python */
async function startPeer(records: TokenizedRecord[]): Promise<Peer | null> {
  const child = spawn(flags.python, [join(process.cwd(), 'bench/peer_torch.py')], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const rows = records.map(({ ids, response }) => ({ ids: [...ids], response: [...response].flatMap((r, t) => (r ? [t] : [])) }));
  child.stdin.write(`${JSON.stringify({ model, threads, rows })}\n`);
  const ready = await lines.next();
  if (ready.done) return null;
  return {
    name: (JSON.parse(ready.value) as { ready: string }).ready,
    run: async () => {
      child.stdin.write('run\n');
      return JSON.parse((await lines.next()).value as string) as { seconds: number; means: number[][] };
    },
    end: () => child.kill(),
  };
}

void main();
