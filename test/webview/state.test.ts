import { describe, expect, test } from 'vitest';
import type { HeatmapIn } from '../../src/protocol';
import { act, type Action, currentLatent, currentToken, type HeatmapState, initialState, receive, underCursor } from '../../webview/heatmap/state';
import { viewOf } from '../../webview/heatmap/view';
import { type Fixture, fixture } from './support/inspection';

const rowOf = ({ inspection, context }: Fixture): HeatmapIn => ({ type: 'row', inspection, context });
const after = (...messages: HeatmapIn[]): HeatmapState => messages.reduce(receive, initialState());
const doing = (state: HeatmapState, ...actions: Action[]): HeatmapState => actions.reduce(act, state);

const first = fixture();
const { tokens } = first.inspection;
const offsetOf = (text: string): number => tokens.find((t) => t.text === text)!.range!.start;
const placeOf = (text: string): number => tokens.findIndex((t) => t.text === text);

describe('messages', () => {
  test('begins empty, with saved choices', () => {
    expect(initialState({ relative: true })).toMatchObject({ phase: 'empty', row: null, choices: { relative: true, template: false, pins: [] } });
  });

  test('the cursor makes its token the current one, before or after the row comes', () => {
    const cursor: HeatmapIn = { type: 'cursor', offset: offsetOf(' brick') };
    for (const state of [after(rowOf(first), cursor), after(cursor, rowOf(first))]) {
      expect([currentToken(state), underCursor(state)]).toEqual([placeOf(' brick'), placeOf(' brick')]);
    }
    expect(after(rowOf(first), cursor, { type: 'cursor', offset: null })).toMatchObject({ token: placeOf(' brick'), cursor: null });
  });

  test('the same row with new scores keeps the place, another row does not', () => {
    const state = doing(after(rowOf(first)), { type: 'token', token: 30 }, { type: 'latent', latent: 871 });
    const again = fixture({ scored: false });
    expect(receive(state, rowOf(again))).toMatchObject({ token: 30, latent: 871, row: { context: { score: null } } });
    expect(receive(state, rowOf(fixture({ line: 9 })))).toMatchObject({ token: null, latent: null });
  });

  test('loading keeps the last row, other states drop it', () => {
    expect(after(rowOf(first), { type: 'state', state: 'loading', message: 'x' })).toMatchObject({ phase: 'loading', message: 'x', row: { inspection: { line: 212 } } });
    for (const state of ['empty', 'failed', 'cancelled'] as const) {
      expect(after(rowOf(first), { type: 'state', state, message: '' })).toMatchObject({ phase: state, row: null });
    }
  });

  test('passes over what it does not know', () => {
    const state = after(rowOf(first));
    expect(receive(state, { type: 'something' } as unknown as HeatmapIn)).toBe(state);
  });
});

describe('actions', () => {
  const state = after(rowOf(first));

  test('without a chosen token keys start at the answer', () => {
    expect(tokens[currentToken(state)!]!.text).toBe('Oh');
    expect(currentLatent(state)).toBe(3162);
    expect([currentToken(initialState()), currentLatent(initialState())]).toEqual([null, null]);
  });

  test('pins toggle and lead', () => {
    const pinned = doing(state, { type: 'pin', latent: 455 });
    expect([pinned.choices.pins, currentLatent(pinned)]).toEqual([[455], 455]);
    expect(doing(pinned, { type: 'pin', latent: 455 }).choices.pins).toEqual([]);
  });

  test('hiding the template leaves a token of it', () => {
    const on = doing(state, { type: 'template', on: true }, { type: 'token', token: 0 });
    expect(doing(on, { type: 'template', on: false }).token).toBeNull();
    const kept = placeOf(' brick');
    expect(doing(on, { type: 'token', token: kept }, { type: 'template', on: false }).token).toBe(kept);
  });

  test('the same hover changes nothing', () => {
    const hovering = doing(state, { type: 'hover', token: 3 });
    expect(doing(hovering, { type: 'hover', token: 3 })).toBe(hovering);
  });
});

describe('the view of it', () => {
  const { choices } = initialState();
  const row = { inspection: first.inspection, context: first.context };

  test('falls back to the first probe', () => {
    expect(viewOf(row, { ...choices, probe: 'gone' }).probe).toBe(first.inspection.probes[0]);
    expect(viewOf(row, { ...choices, measure: 'push', probe: 'gone' }).probe).toBe(first.inspection.probes[1]);
  });

  test('the scale follows the choice', () => {
    expect([viewOf(row, choices).scale?.kind, viewOf(row, { ...choices, relative: true }).scale?.kind]).toEqual(['reference', 'row']);
  });

  test('a row without probes has no scale and no shade', () => {
    const bare = viewOf({ ...row, inspection: { ...first.inspection, probes: [] } }, choices);
    expect(bare).toMatchObject({ probe: null, scale: null });
    expect(bare.strengths.every((s) => s === 0)).toBe(true);
  });
});
