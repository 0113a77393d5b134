/**
 * What an edit costs: engine time of one edited row of about 100 tokens (activation, session warm) as a ratio to the bare session.run of
 * the same row, in a file of 156 rows and in one of 10,000; and how long a 10,000-row file takes to its ranks, the first time with its vectors stored and the second with its scores.
 * usage: npm run bench -- edit [--edits 20] [--rows 10000] (after npm run build)
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuditClient } from '../src/audit/client';
import { defaultSettings } from '../src/audit/defaults';
import { AuditService } from '../src/audit/service';
import { silentLogger } from '../src/base/logger';
import { OrtSession } from '../src/engine/ortSession';
import type { AuditEvent, AuditSettings } from '../src/protocol';
import { bigText, fillStore } from '../test/support/bigFile';
import { median } from './median';

const { values: flags } = parseArgs({ options: { edits: { type: 'string', default: '20' }, rows: { type: 'string', default: '10000' } } });
const root = process.cwd();
const modelsFolder = join(root, 'models');
const samples = join(root, 'media/samples');

const ms = (value: number): string => `${value.toFixed(0)} ms`;

/** Milliseconds inside session.run since it was last asked. */
function runClock(): () => number {
  let spent = 0;
  const run = OrtSession.prototype.run;
  OrtSession.prototype.run = async function (...args) {
    const start = performance.now();
    try {
      return await run.apply(this, args);
    } finally {
      spent += performance.now() - start;
    }
  };
  return () => {
    const was = spent;
    spent = 0;
    return was;
  };
}

async function edits(text: string, settings: AuditSettings, inRun: () => number): Promise<void> {
  const service = new AuditService({ modelsFolder });
  const lines = text.trimEnd().split('\n');
  await service.audit({ path: 'edit.jsonl', text, settings, spans: 0 }, () => undefined).result;
  const engine: number[] = [];
  const ratios: number[] = [];
  const whole: number[] = [];
  for (let i = 0; i < Number(flags.edits) + 2; i++) {
    const now = lines.with(lines.length >> 1, row(lines.length + i)).join('\n');
    inRun();
    const start = performance.now();
    let took = NaN;
    let bare = NaN;
    const { summary } = await service.audit({ path: 'edit.jsonl', text: now, settings, again: true, spans: 0 }, (event) => {
      if (event.type !== 'progress' || event.progress.stage !== 'activations' || event.progress.done < event.progress.total) return;
      took = performance.now() - start;
      bare = inRun();
    }).result;
    if (summary.timings.rowsRun !== 1) throw new Error(`${summary.timings.rowsRun} rows were run for one edit`);
    if (i < 2) continue; // the session warms up
    engine.push(took);
    ratios.push(took / bare);
    whole.push(performance.now() - start);
  }
  service.dispose();
  console.log(`${lines.length} rows, one edited: row scored after ${ms(median(engine))}, ${median(ratios).toFixed(2)} x its session.run (median of ${ratios.length}); all ranks and the summary after ${ms(median(whole))}`);
}

/** About 100 tokens, each time others. */
function row(i: number): string {
  const answer = `Check number ${i}: ${'lift the bonnet, look at the belt, turn it by hand and listen for a squeal, then tighten the bolt a little. '.repeat(3)}`;
  return JSON.stringify({ messages: [{ role: 'user', content: 'What should I look at first when the belt squeals?' }, { role: 'assistant', content: answer }] });
}

/** The first audit scores what the store holds; the second, in a new process, finds scores and spans too. */
async function reopen(text: string, settings: AuditSettings): Promise<void> {
  for (const what of ['vectors stored, not scored', 'scored before']) {
    const seen = new Map<string, number>();
    const client = new AuditClient({ entry: join(root, 'dist/engine.cjs'), modelsFolder, logger: silentLogger });
    const start = performance.now();
    const note = (event: string): void => void (seen.has(event) || seen.set(event, performance.now() - start));
    const onEvent = (event: AuditEvent): void => {
      if (event.type === 'progress') note(event.progress.stage);
      else note(event.type);
    };
    const { summary } = await client.audit({ path: 'big.jsonl', text, settings }, onEvent).result;
    note('result');
    client.dispose();
    if (summary.timings.rowsRun > 0) throw new Error(`${summary.timings.rowsRun} rows were not found in the store`);
    // Lenses are drawn once all rows came and the stage says that their ranks stand.
    console.log(`${summary.rows} rows, ${what}, engine process included: ranked rows after ${ms(seen.get('spans')!)}; milliseconds to:`);
    for (const [event, at] of seen) console.log(`  ${event.padEnd(24)} ${at.toFixed(0)}`);
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'persona-lens-bench-'));
  const settings: AuditSettings = { ...defaultSettings, cache: { folder, maxBytes: 2 ** 31 } };
  const big = bigText(samples, Number(flags.rows));
  try {
    const inRun = runClock();
    const activationOnly: AuditSettings = { ...settings, measures: ['activation'] };
    await edits(readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8'), activationOnly, inRun);
    await fillStore(big, { modelsFolder, cache: folder });
    await edits(big, activationOnly, inRun);
    await reopen(big, settings);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
