import { readFile } from 'node:fs/promises';
import { ExpectedError, throwIfAborted } from '../base/errors';
import { type DocumentText, readDataset, turnRangeToDocument } from '../core/dataset';
import { type ReadyProbe, latentTokenValues, massiveTokens, pushTokenValues, sumOverTokens, tokenValues } from '../core/probe';
import { percentileOf, quantile } from '../core/calibrate';
import type { RecordTokenizer } from '../core/text';
import type { CharRange, DatasetRecord, Measure, RecordVectors, TokenTrace, TokenizedRecord } from '../core/types';
import type { Engine } from '../engine/engine';
import type { InspectRequest, InspectedLatent, InspectedProbe, InspectedToken, RowInspection } from '../protocol';
import type { ScoringAssets } from './assets';
import { tokenLimit } from './keys';
import { textOf } from './rowText';
import { scoreRow } from './score/background';

interface InspectInput {
  request: InspectRequest;
  engine: Engine;
  tokenizer: RecordTokenizer;
  assets: ScoringAssets;
  signal: AbortSignal | undefined;
}

/**
 * One row, token by token, reduced to what is drawn: each probe's value and the strongest latents' activations.
 * @throws ExpectedError `no-such-row` when the file has no such row that can be read
 */
export async function inspectRow({ request, engine, tokenizer, assets, signal }: InspectInput): Promise<RowInspection> {
  const { path, text, settings, index, side } = request;
  const dataset = await readDataset(text === undefined ? { path } : { path, text }, { mapping: settings.mapping, trainOn: settings.trainOn });
  const record = dataset.records.find((candidate) => candidate.index === index && candidate.side === (candidate.side ? (side ?? 'chosen') : undefined));
  if (!record) {
    const problem = dataset.problems.find((candidate) => candidate.index === index);
    throw new ExpectedError('no-such-row', problem ? `Row ${index + 1} (line ${problem.line}) cannot be read: ${problem.message}` : `${path} has no row ${index + 1}.`);
  }
  const tokens = tokenizer.tokenize(record, tokenLimit(settings.maxTokens, engine.model));
  const [vectors] = await engine.vectors([tokens], signal);
  throwIfAborted(signal);
  const trace = await engine.trace(tokens, signal);
  const [nll] = await engine.tokenLosses([tokens], signal);
  const masked = massiveTokens(trace, engine.model.massiveNorm);
  const document: DocumentText = text ?? stripBom(await readFile(path, 'utf8'));
  const latents = inspectLatents(trace, masked, vectors!, assets, engine);
  const push = request.measures?.includes('push') ? await engine.tokenPushes(tokens, signal) : null;
  if (push) vectors!.push = { [engine.model.hookPoint]: sumOverTokens(push, engine.model.config.dModel) };
  const probesOf = (measure: Measure) => assets.probes.filter(({ probe }) => probe.measure === measure);
  const inspect = (ready: ReadyProbe, values: Float64Array): InspectedProbe => {
    const rowValue = scoreRow(ready, { main: vectors!, rejected: null, response: textOf(record).response, rejectedResponse: null });
    const sorted = assets.backgrounds.single.probes[assets.probes.indexOf(ready)]!.sorted;
    return {
      id: ready.probe.id,
      name: ready.probe.name,
      measure: ready.probe.measure,
      values: Float32Array.from(values),
      rowValue,
      percentile: percentileOf(sorted, rowValue),
      band: [quantile(sorted, 0.05), quantile(sorted, 0.95)],
    };
  };
  return {
    index,
    line: record.line,
    hash: record.hash,
    ...(record.side ? { side: record.side } : {}),
    shape: record.shape,
    tokens: inspectTokens(record, tokens, tokenizer, document, masked, nll!),
    truncated: tokens.truncated,
    templateMarkers: tokens.templateMarkers,
    measures: [...new Set(assets.probes.map(({ probe }) => probe.measure))],
    probes: [
      ...probesOf('activation').map((ready) => inspect(ready, tokenValues(ready, { trace, response: tokens.response, prompt: vectors!.prompt[ready.probe.hookPoint]! }))),
      ...(push ? probesOf('push').map((ready) => ({ ...inspect(ready, pushTokenValues(ready, push)), perToken: 'sum' as const })) : []),
    ],
    latents,
    latentMax: latents.reduce((max, { values }) => values.reduce((a, b) => Math.max(a, b), max), 0),
    engine: engine.info,
  };
}

function inspectTokens(record: DatasetRecord, tokens: TokenizedRecord, tokenizer: RecordTokenizer, document: DocumentText, masked: Uint8Array, nll: Float32Array): InspectedToken[] {
  let shownTurn = -1;
  let shownUpTo = 0;
  return Array.from(tokens.ids, (id, t) => {
    const turn = tokens.turnOf[t]!;
    const common = { turn, response: tokens.response[t] === 1, masked: masked[t] === 1, nll: Number.isNaN(nll[t]) ? null : nll[t]! };
    const source = record.turns[turn];
    if (!source) return { ...common, text: tokenizer.tokenizer.decode([id]), role: null, range: null };
    if (turn !== shownTurn) [shownTurn, shownUpTo] = [turn, 0];
    const [start, end] = [tokens.charStart[t]!, tokens.charEnd[t]!];
    const text = source.text.slice(Math.max(start, shownUpTo), end);
    shownUpTo = Math.max(shownUpTo, end);
    return { ...common, text, role: source.role, range: hull(turnRangeToDocument(source, document, { start, end })) };
  });
}

const hull = (ranges: CharRange[]): CharRange | null => (ranges.length ? { start: ranges[0]!.start, end: ranges.at(-1)!.end } : null);

function inspectLatents(trace: TokenTrace, masked: Uint8Array, vectors: RecordVectors, { backgrounds }: ScoringAssets, { model }: Engine): InspectedLatent[] {
  const means = vectors.latents[trace.hookPoint];
  if (!means) return [];
  return backgrounds.single.latents.strongest(means).map(({ index, mean }) => ({
    index,
    name: model.sae?.names.get(index) ?? null,
    mean,
    z: backgrounds.single.latents.z(index, mean),
    values: Float32Array.from(latentTokenValues(trace, index), (value, t) => (masked[t] ? 0 : value)),
  }));
}

const stripBom = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);
