import { beyondNulls, countBits } from '../../core/calibrate';
import { type ReadyProbe, readsPush } from '../../core/probe';
import type { RecordVectors, RowValues, RowVectors } from '../../core/types';
import { textOf } from '../rowText';
import type { AuditRow } from '../rows';
import { canScore, scoreRow, scoreRowNulls } from './background';
import { type RowKind, type ScoringContext, kindOf } from './context';
import { textScore } from './ordinary';

/** A row's vectors and text, as scoring takes them. */
export function vectorsOfRow({ main, rejected }: AuditRow, vectors: ReadonlyMap<string, RecordVectors>): RowVectors {
  return {
    main: vectors.get(main.record.hash)!,
    rejected: rejected ? vectors.get(rejected.record.hash)! : null,
    response: textOf(main.record).response,
    rejectedResponse: rejected && textOf(rejected.record).response,
  };
}

/** Whether a probe's score comes later than that of the deciding one: it reads push, and the deciding one does not. */
export const isLate = (probe: ReadyProbe, deciding: ReadyProbe): boolean => readsPush(probe) && !readsPush(deciding);

/** Numbers of rows whose vectors are known, in the rows' order. */
export function valuesOf(rows: readonly AuditRow[], vectors: ReadonlyMap<string, RecordVectors>, context: ScoringContext): RowValues[] {
  const { probes, deciding } = context;
  const rowVectors = rows.map((row) => vectorsOfRow(row, vectors));
  const values = rows.map((row, r): RowValues => {
    const { main, rejected, response, rejectedResponse } = rowVectors[r]!;
    return {
      tokens: main.tokens,
      rejectedTokens: rejected?.tokens ?? 0,
      responseTokens: main.responseTokens,
      values: new Float64Array(probes.length).fill(NaN),
      beyond: new Uint16Array(probes.length),
      decidingBeyond: new Uint8Array(0),
      text: context.scoreText && textScore(context.scoreText, response, rejectedResponse),
      sides: rejected && {
        chosen: scoreRow(probes[deciding]!, { ...rowVectors[r]!, rejected: null }),
        rejected: scoreRow(probes[deciding]!, { main: rejected, rejected: null, response: rejectedResponse!, rejectedResponse: null }),
      },
      turns: turnValues(row, main, probes[deciding]!),
      latents: Object.values(main.latents).flatMap((means) => context.backgrounds[kindOf(row)].latents.strongest(means)),
    };
  });
  fillValues(rows.map((row, r) => ({ kind: kindOf(row), values: values[r]!, vectors: rowVectors[r]! })), context);
  return values;
}

interface Unfilled {
  kind: RowKind;
  values: RowValues;
  vectors: RowVectors;
}

/** Scores rows under the probes that could not read them before and can now. */
export function fillValues(rows: readonly Unfilled[], context: ScoringContext): void {
  for (const kind of ['single', 'pair'] as const) {
    const ofKind = rows.filter((row) => row.kind === kind);
    context.probes.forEach((probe, i) => {
      const ready = ofKind.filter(({ values, vectors }) => Number.isNaN(values.values[i]) && canScore(probe, vectors));
      if (ready.length) fillProbe(ready, i, context.backgrounds[kind].probes[i]!.nullThresholds, context);
    });
  }
}

function fillProbe(rows: readonly Unfilled[], index: number, thresholds: Float64Array, { probes, deciding }: ScoringContext): void {
  const probe = probes[index]!;
  const nulls = scoreRowNulls(probe, rows.map(({ vectors }) => vectors));
  const count = nulls.length / rows.length;
  rows.forEach(({ values, vectors }, r) => {
    const beyond = beyondNulls(nulls.subarray(r * count, (r + 1) * count), thresholds);
    values.values[index] = scoreRow(probe, vectors);
    values.beyond[index] = countBits(beyond);
    if (index === deciding) values.decidingBeyond = beyond;
  });
}

/** Each response turn under the deciding probe; empty where the row has one. */
function turnValues({ main }: AuditRow, vectors: RecordVectors, probe: ReadyProbe): RowValues['turns'] {
  if (probe.kind !== 'linear') return [];
  return vectors.perTurn.map(({ turn, activation, responseTokens }) => ({
    turn,
    value: scoreRow(probe, { main: { ...vectors, activation, responseTokens }, rejected: null, response: main.record.turns[turn]!.text, rejectedResponse: null }),
  }));
}
