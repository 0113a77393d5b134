import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { vectorKey } from '../../src/audit/keys';
import { openReference } from '../../src/audit/reference';
import { defaultSettings } from '../../src/audit/defaults';
import { readDataset } from '../../src/core/dataset';
import { seeded } from '../../src/core/probe';
import { RecordTokenizer } from '../../src/core/text';
import type { HookVectors, RecordVectors, SparseMeans } from '../../src/core/types';
import { Engine } from '../../src/engine/engine';
import { type RowLoss, VectorStore } from '../../src/store';

/** The bundled sample's rows over and over, each with a number of its own, so that no two are the same record. */
export function bigText(samples: string, rows: number): string {
  const lines = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8').trimEnd().split('\n');
  return Array.from({ length: rows }, (_, i) => lines[i % lines.length]!.replace('"content": "', `"content": "Question ${i}. `)).join('\n') + '\n';
}

/**
 * Puts vectors of every row of a text into a store, under the key that an audit with default settings looks under: those of the
 * bundled reference rows, two mixed a row. Real rows would take a quarter of an hour of model time; what reading, scoring and
 * showing them costs is the same.
 */
export async function fillStore(text: string, { modelsFolder, cache }: { modelsFolder: string; cache: string }): Promise<void> {
  const folder = join(modelsFolder, 'smollm2-135m-instruct');
  const engine = await Engine.open({ model: folder });
  const tokenizer = await RecordTokenizer.load(folder, defaultSettings.template, null);
  const key = vectorKey(engine, tokenizer, defaultSettings.maxTokens);
  const { rows, vectors } = engine.model.reference!;
  const { singles } = await (await openReference(rows, vectors, null, engine.model)).rows();
  await engine.dispose();
  const { records } = await readDataset({ path: 'big.jsonl', text }, defaultSettings);
  const random = seeded(1, 'big file');
  const store = await VectorStore.open({ folder: cache, maxBytes: 2 ** 31 });
  const rowsASegment = 1000;
  for (let start = 0; start < records.length; start += rowsASegment) {
    const some = records.slice(start, start + rowsASegment);
    const losses: RowLoss[] = [];
    await store.put(key, some.map(({ hash }): RecordVectors => {
      const [a, b] = [singles[random.below(singles.length)]!.vectors, singles[random.below(singles.length)]!.vectors];
      const share = random.uniform();
      losses.push({ hash, loss: 1 + 3 * share });
      return {
        ...withoutLoss(a),
        hash,
        activation: mix(a.activation, b.activation, share),
        prompt: mix(a.prompt, b.prompt, share),
        last: mix(a.last, b.last, share),
        latents: Object.fromEntries(Object.entries(a.latents).map(([hook, means]) => [hook, scaled(means, 0.5 + share)])),
        perTurn: [],
      };
    }));
    await store.putLosses(key, losses);
  }
}

/** As the pass over activations gives a row: losses come later, in segments of their own. */
function withoutLoss({ loss: _, push: __, ...row }: RecordVectors): RecordVectors {
  return row;
}

function mix(a: HookVectors, b: HookVectors, share: number): HookVectors {
  return Object.fromEntries(Object.entries(a).map(([hook, values]) => [hook, values.map((value, i) => share * value + (1 - share) * b[hook]![i]!)]));
}

const scaled = ({ index, value }: SparseMeans, factor: number): SparseMeans => ({ index, value: value.map((v) => v * factor) });
