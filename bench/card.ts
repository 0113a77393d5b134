/**
 * The default card of a copy of the bundled model with its weights written out in fp32, trained on all pairs, beside the card in
 * models/cards: how far weights and held-out figures are apart.
 * usage: npm run bench -- card [--cache FOLDER] (some ten minutes on two cores; a run that was stopped goes on from the cache)
 */
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CacheAccess } from '../src/audit/cacheAccess';
import { readTrainingPairs } from '../src/audit/defaultCard/pairs';
import { trainDefaultCard } from '../src/audit/defaultCard/trainCard';
import { defaultSettings } from '../src/audit/defaults';
import { vectorKey } from '../src/audit/keys';
import { RecordCache } from '../src/audit/recordCache';
import { parseCard, unpack } from '../src/core/probe';
import { RecordTokenizer } from '../src/core/text';
import type { Probe } from '../src/core/types';
import { Engine } from '../src/engine/engine';
import { VectorStore } from '../src/store';
import { apart } from '../test/support/apart';
import { writeDequantised } from '../test/support/dequantised';

const { values: flags } = parseArgs({ options: { cache: { type: 'string', default: join(tmpdir(), 'persona-lens-card') } } });
const models = join(process.cwd(), 'models');
const { maxTokens } = defaultSettings;

/** Weights or direction. */
const vectorOf = (probe: Probe): Float32Array | null => (probe.kind === 'trained' ? unpack(probe.weights) : probe.kind === 'direction' ? unpack(probe.direction) : null);
const heldOut = ({ evidence }: Probe): string => evidence.rows.find(({ domain }) => domain === 'all')!.auroc!.value.toFixed(4);

async function main(): Promise<void> {
  const copy = join(flags.cache, 'copy');
  if (!existsSync(join(copy, 'chat_template.jinja'))) await writeDequantised(copy);
  const file = join(models, 'cards/smollm2-135m-instruct.persona.json');
  const bundled = parseCard(readFileSync(file, 'utf8'), file);
  const engine = await Engine.open({ model: copy, hookPoint: bundled.probes[0]!.hookPoint, cacheFolder: flags.cache });
  const tokenizer = await RecordTokenizer.load(copy, defaultSettings.template, null);
  const key = vectorKey(engine, tokenizer, maxTokens);
  const cache = new RecordCache(new CacheAccess(await VectorStore.open({ folder: flags.cache, maxBytes: Infinity }), (message) => console.warn(message)), key);
  let stage = '';
  const onProgress = (now: string) => void (now === stage || console.log((stage = now)));
  const made = await trainDefaultCard({ engine, tokenizer, cache }, await readTrainingPairs(models), maxTokens, 'bench/card.ts', { onProgress, onBatch: async () => undefined });
  await engine.dispose();
  for (const probe of made.probes) {
    const other = bundled.probes.find(({ id }) => id === probe.id);
    const [own, theirs] = [vectorOf(probe), other && vectorOf(other)];
    if (own && other && theirs) console.log(`${probe.id.padEnd(26)} weights apart by ${apart(own, theirs).toExponential(1)} of the largest; held-out AUROC ${heldOut(probe)}, bundled ${heldOut(other)}`);
  }
}

void main();
