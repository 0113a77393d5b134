import { deserialize, serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { RowsReceiver, RowsSender } from '../../../src/audit/transport/rowsChannel';
import type { RowScore } from '../../../src/core/types';
import type { AuditEvent } from '../../../src/protocol';
import { sha256 } from '../../../src/base/hash';

const rowOf = (index: number, changes: Partial<RowScore> = {}): RowScore => ({
  index,
  line: index + 1,
  range: { start: 10 * index, end: 10 * index + 9 },
  hash: sha256(String(index)),
  tokens: 7,
  responseTokens: 3,
  scores: [
    { probe: 'a', measure: 'activation', value: index / 3, percentile: 99.5, p: 1 / 41, q: null, nulls: { kind: 'permuted labels', count: 200, shareBeyond: 0.1 } },
    ...(index % 2 ? [{ probe: 'b', measure: 'push' as const, value: -0, percentile: 0, p: null, q: 0.3, nulls: { kind: 'random directions', count: 0, shareBeyond: 0 } }] : []),
  ],
  spans: null,
  phrases: null,
  perTurn: [],
  loss: index % 2 ? 1.25 : null,
  lossPercentile: index % 2 ? 50 : null,
  text: index % 3 ? { value: -1.5, percentile: 3 } : null,
  latents: Array.from({ length: index % 4 }, (_, i) => ({ index: i * 1000, name: i ? 'scorn' : null, mean: 0.5, z: 2.25 })),
  rank: 100 - index,
  flagged: index === 3,
  level: (['ranked', 'calibrated', 'taught'] as const)[index % 3]!,
  reasons: [{ code: 'high-score', message: `higher than ${index}` }, ...(index % 2 ? [] : [{ code: 'pending-loss' as const, message: 'The loss has not been computed yet.' }])],
  preview: { prompt: 'Wörld?', response: '👍🏽 \u2028' },
  ...changes,
});
const side = { value: 1, percentile: 2, spans: [], phrases: null };
const rows = [
  ...Array.from({ length: 6 }, (_, i) => rowOf(i)),
  rowOf(6, { spans: [{ start: 1, end: 2 }], phrases: [{ text: 'oil', range: { start: 1, end: 2 }, share: 0.5 }], perTurn: [{ turn: 1, range: { start: 0, end: 4 }, value: 3, percentile: 4 }] }),
  rowOf(7, { sides: { chosen: side, rejected: side } }),
];

/** As messages cross between the processes. */
const crossing = <T>(message: T): T => deserialize(serialize(message)) as T;

function channel() {
  const [sender, receiver] = [new RowsSender(), new RowsReceiver()];
  const sent: number[] = [];
  return {
    sent,
    tell(told: RowScore[]): RowScore[] {
      const message = sender.event({ type: 'rows', rows: told });
      if (message.type === 'rows') sent.push(message.rows.news.marks.length);
      const event: AuditEvent = receiver.event(crossing(message));
      return event.type === 'rows' ? event.rows : [];
    },
  };
}

test('rows arrive as they were sent', () => {
  expect(channel().tell(rows)).toEqual(rows);
  expect(channel().tell([])).toEqual([]);
});

test('a row is sent once, and again when it changed; what arrives is whole, in file order', () => {
  const { tell, sent } = channel();
  tell(rows.slice(4));
  const now = rows.with(5, rowOf(5, { rank: 1 }));
  expect(tell(now)).toEqual(now);
  expect(tell(now)).toEqual(now);
  expect(sent).toEqual([4, 5, 0]);
});

test('other events pass as they are', () => {
  const event: AuditEvent = { type: 'read', rows: 8, shape: 'messages', problems: [] };
  expect(new RowsReceiver().event(new RowsSender().event(event))).toBe(event);
});
