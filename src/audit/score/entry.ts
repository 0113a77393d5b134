import { conformalP, nullComparison, percentileOf } from '../../core/calibrate';
import type { LatentShift, NullComparison, RowValues, TurnScore } from '../../core/types';
import type { AuditRow } from '../rows';
import { type ScoringContext, kindOf } from './context';

/** A row with its numbers, as far as they do not depend on the other rows. */
export interface ScoredRow {
  row: AuditRow;
  values: RowValues;
  /** Under the deciding probe. */
  value: number;
  /** Conformal p of `value`; null without ordinary rows. */
  p: number | null;
  inOrdinary: boolean;
}

/** A row under one probe. */
export interface ProbeScore {
  value: number;
  percentile: number;
  /** Conformal p, or null without ordinary rows that the probe can read. */
  p: number | null;
  nulls: NullComparison;
}

export function entryOf(row: AuditRow, values: RowValues, context: ScoringContext): ScoredRow {
  const { deciding, ordinary } = context;
  const inOrdinary = ordinary[kindOf(row)]?.hashes.has(row.main.record.hash) ?? false;
  return { row, values, value: values.values[deciding]!, p: pOf(row, values, deciding, context), inOrdinary };
}

/** Against the user's own ordinary rows of its kind; null where there are none that the probe can read, or the row has no score. */
export function pOf(row: AuditRow, { values }: RowValues, probe: number, { ordinary }: ScoringContext): number | null {
  const own = ordinary[kindOf(row)]?.probes[probe];
  return own && !Number.isNaN(values[probe]) ? conformalP(own, values[probe]!) : null;
}

/** A row under a probe of the card; null while what the probe reads has not been computed. */
export function probeScore({ row, values }: ScoredRow, index: number, context: ScoringContext): ProbeScore | null {
  const value = values.values[index]!;
  if (Number.isNaN(value)) return null;
  const { sorted, nullThresholds } = context.backgrounds[kindOf(row)].probes[index]!;
  return {
    value,
    percentile: percentileOf(sorted, value),
    p: pOf(row, values, index, context),
    nulls: nullComparison(context.probes[index]!.probe.nulls.kind, values.beyond[index]!, nullThresholds.length),
  };
}

/** Response turns where they stand in the document. */
export function turnScores({ row, values }: ScoredRow, { backgrounds, deciding }: ScoringContext): TurnScore[] {
  const { turns } = row.main.record;
  const { sorted } = backgrounds[kindOf(row)].probes[deciding]!;
  return values.turns.map(({ turn, value }) => ({ turn, range: turns[turn]!.range, value, percentile: percentileOf(sorted, value) }));
}

export function latentShifts({ row, values }: ScoredRow, { backgrounds, latentNames }: ScoringContext): LatentShift[] {
  const { latents } = backgrounds[kindOf(row)];
  return values.latents.map(({ index, mean }) => ({ index, name: latentNames.get(index) ?? null, mean, z: latents.z(index, mean) }));
}
