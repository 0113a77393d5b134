import type { TurnVectors } from '../core/types';
import { ByteCursor, ByteSink } from './bytes';
import { decodeHalves, encodeHalves } from './halves';
import type { Layout } from './layout';

/** For each turn: turn, response tokens, number of hook points (varints); for each hook point: its place in the layout (varint), fp32 scale, halves. */
export function encodeTurns(turns: TurnVectors[], layout: Layout): Uint8Array {
  const sink = new ByteSink();
  for (const { turn, responseTokens, activation } of turns) {
    const vectors = Object.entries(activation);
    sink.varint(turn);
    sink.varint(responseTokens);
    sink.varint(vectors.length);
    for (const [hookPoint, values] of vectors) {
      const { scale, bytes } = encodeHalves(values);
      sink.varint(layout.hookPoints.indexOf(hookPoint));
      sink.float32(scale);
      sink.append(bytes);
    }
  }
  return sink.take();
}

export function decodeTurns(bytes: Uint8Array, layout: Layout): TurnVectors[] {
  const cursor = new ByteCursor(bytes);
  const turns: TurnVectors[] = [];
  while (!cursor.done) {
    const turn: TurnVectors = { turn: cursor.varint(), responseTokens: cursor.varint(), activation: {} };
    for (let left = cursor.varint(); left > 0; left--) {
      const hook = cursor.varint();
      const scale = cursor.float32();
      turn.activation[layout.hookPoints[hook]!] = decodeHalves({ scale, bytes: cursor.take(2 * layout.dModel[hook]!) });
    }
    turns.push(turn);
  }
  return turns;
}
