import type { RowScore, TurnScore } from '../../core/types';

const MOST = 3;

/** The answers of a row that has several, most unusual first; `place` counts answers from 1. */
export function unusualTurns({ perTurn }: RowScore): (TurnScore & { place: number })[] {
  return perTurn
    .map((turn, i) => ({ ...turn, place: i + 1 }))
    .sort((a, b) => b.percentile - a.percentile || a.place - b.place)
    .slice(0, MOST);
}
