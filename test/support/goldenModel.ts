import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { decoderGraph, finalNorm, headValues, openCheckpoint, residPost } from '../../src/core/model';
import { prune } from '../../src/core/onnx';
import { bareRecord } from '../../src/engine/bareRecord';
import { graphFor } from '../../src/engine/graphs';
import type { LoadedModel } from '../../src/engine/loadedModel';
import { type Feed, OrtSession } from '../../src/engine/ortSession';
import { packBatch } from '../../src/engine/packedBatch';
import { type Tolerance, golden, worstExcess } from './golden';

export const cpu = { device: 'cpu', threads: 1 } as const;

export const goldenModels = readdirSync(join(golden, 'models'));

/** Copies of a model under other names, or in shards, share its reference. */
export const referenceOf = (name: string) => name.replace(/_(hubkeys|sharded)$/, '');

/** A tiny model as an engine has it, with its second block's output as the hook point. */
export async function goldenModel(name: string, configFile?: string): Promise<LoadedModel> {
  const { config, weights } = await openCheckpoint(join(golden, 'models', name), configFile);
  return { config, weights, graph: decoderGraph(config, weights), hookPoint: residPost(1) } as LoadedModel;
}

/** Runs rows through a model's graph: the residual stream after every block and the logits, all rows' tokens in one line. */
export async function forwardOf(model: LoadedModel) {
  const { config, graph } = model;
  const hooks = Array.from({ length: config.blocks }, (_, block) => residPost(block));
  const body = await OrtSession.create(prune(graph, [...hooks, finalNorm]), cpu);
  const head = await OrtSession.create(graphFor('head', model), cpu);
  /** @param given feeds of inputs that passes added, for so many tokens */
  return async (rows: ArrayLike<number>[], given: (tokens: number) => Record<string, Feed> = () => ({})) => {
    const batch = packBatch(rows.map((ids) => bareRecord(ids)));
    const values = await body.run({ ...batch.feeds, ...given(batch.tokens) });
    const targets = rows.flatMap((ids) => [...Array.from(ids).slice(1), 0]);
    const { logits, nll } = await head.run({
      [headValues.hidden]: { data: values[finalNorm]!.data, dims: [batch.tokens, config.dModel] },
      [headValues.target]: { data: BigInt64Array.from(targets, BigInt), dims: [batch.tokens] },
    });
    return { residual: hooks.map((hook) => values[hook]!.data as Float32Array), logits: logits!.data as Float32Array, nll: nll!.data as Float32Array };
  };
}

export const scalar = (value: number): Feed => ({ data: Float32Array.of(value), dims: [] });
export const vector = (values: ArrayLike<number>): Feed => ({ data: Float32Array.from(values), dims: [values.length] });

/** Worst error over tolerance for every fixture and what is compared; `within` fails where it is above 1, `print` shows the table. */
export function excessTable() {
  const table = new Map<string, Map<string, number>>();
  const note = (name: string, what: string, excess: number) => {
    const row = table.get(name) ?? new Map<string, number>();
    row.set(what, Math.max(row.get(what) ?? 0, excess));
    table.set(name, row);
    expect(excess, `${name}: ${what}`).toBeLessThanOrEqual(1);
  };
  return {
    note,
    within: (name: string, what: string, values: Float32Array, expected: Float32Array, tolerance: Tolerance) => note(name, what, worstExcess(values, expected, tolerance)),
    /** Of all that was compared of a model. */
    worst: (name: string) => Math.max(...(table.get(name)?.values() ?? [NaN])),
    print: (columns: string[]) => {
      const cell = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(3)).padStart(10);
      const width = Math.max(18, ...[...table.keys()].map((name) => name.length + 2));
      console.log(['worst error over tolerance, at most 1 passes', 'fixture'.padEnd(width) + columns.map((name) => name.padStart(10)).join(''), ...[...table].map(([name, row]) => name.padEnd(width) + columns.map((column) => cell(row.get(column))).join(''))].join('\n'));
    },
  };
}
