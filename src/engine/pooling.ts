import type { TokenizedRecord } from '../core/types';

/** Which means of a record are computed, in this order: response, prompt, last response token, then its response turns. */
export interface PoolingPlan {
  response: number[];
  /** All tokens before the first response token but position 0, whose norm is massive in every model of this kind. */
  prompt: number[];
  last: number[];
  /** Empty where the record has one response turn. */
  turns: { turn: number; positions: number[] }[];
}

export function planPooling(record: TokenizedRecord): PoolingPlan {
  const response: number[] = [];
  const byTurn = new Map<number, number[]>();
  record.response.forEach((trains, position) => {
    if (!trains) return;
    response.push(position);
    const turn = record.turnOf[position]!;
    const positions = byTurn.get(turn);
    if (positions) positions.push(position);
    else byTurn.set(turn, [position]);
  });
  const first = response[0] ?? record.ids.length;
  return {
    response,
    prompt: Array.from({ length: Math.max(0, first - 1) }, (_, i) => i + 1),
    last: response.slice(-1),
    turns: byTurn.size > 1 ? [...byTurn].map(([turn, positions]) => ({ turn, positions })) : [],
  };
}

/** The pooling matrix `[groups, tokens]`, row-major: 1 / n at each group's n positions. Positions are packed ones. */
export function poolingMatrix(groups: number[][], tokens: number): Float32Array {
  const matrix = new Float32Array(groups.length * tokens);
  groups.forEach((positions, row) => {
    for (const position of positions) matrix[row * tokens + position] = 1 / positions.length;
  });
  return matrix;
}
