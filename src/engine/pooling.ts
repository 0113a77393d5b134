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

/** A response token and the position that predicts it. */
export interface Prediction {
  /** Of the batch. */
  row: number;
  /** Of the token, within its row. */
  position: number;
  /** Packed position of the token before it. */
  packed: number;
  token: number;
}

/** The predictions that training counts, row after row: of every response token but a first one, which nothing predicts. */
export function predictionsOf(records: TokenizedRecord[], starts: number[]): Prediction[] {
  return records.flatMap((record, row) =>
    planPooling(record)
      .response.filter((position) => position > 0)
      .map((position) => ({ row, position, packed: starts[row]! + position - 1, token: record.ids[position]! })),
  );
}

/** The pooling matrix `[groups, tokens]`, row-major: 1 / n at each group's n positions. Positions are packed ones. */
export function poolingMatrix(groups: number[][], tokens: number): Float32Array {
  const matrix = new Float32Array(groups.length * tokens);
  groups.forEach((positions, row) => {
    for (const position of positions) matrix[row * tokens + position] = 1 / positions.length;
  });
  return matrix;
}
