import type { HeatmapIn, RowContext, RowInspection } from '../../src/protocol';
import { orderLatents } from './matrix';
import { firstToken, isTemplate, shownTokens, tokenAt } from './tokens';

export type HeatmapMeasure = 'activation' | 'push';

/** What the curator chose; outlives the row and the view. */
export interface Choices {
  /** Whose probes shade the text. */
  measure: HeatmapMeasure;
  /** Key of a probe; null for the first. */
  probe: string | null;
  relative: boolean;
  template: boolean;
  /** Indices of latents that come first. */
  pins: number[];
}

export interface Row {
  inspection: RowInspection;
  context: RowContext;
}

export type Phase = 'row' | Extract<HeatmapIn, { type: 'state' }>['state'];

/** All that the view shows is a function of this, and this of the messages and actions so far. */
export interface HeatmapState {
  phase: Phase;
  message: string;
  /** While the next row loads, the last one stays so that nothing jumps. */
  row: Row | null;
  /** Document offset of the editor's cursor. */
  cursor: number | null;
  /** The token that keys act on; null until one is chosen. */
  token: number | null;
  /** Index of the latent that keys act on. */
  latent: number | null;
  hover: number | null;
  /** Why the chosen measure of this row did not come; empty while nothing is wrong. */
  noMeasure: string;
  choices: Choices;
}

export type Action =
  | { type: 'token'; token: number }
  | { type: 'latent'; latent: number }
  | { type: 'hover'; token: number | null }
  | { type: 'measure'; measure: HeatmapMeasure }
  | { type: 'probe'; probe: string }
  | { type: 'relative'; on: boolean }
  | { type: 'template'; on: boolean }
  | { type: 'pin'; latent: number };

const defaults: Choices = { measure: 'activation', probe: null, relative: false, template: false, pins: [] };

export function initialState(saved?: Partial<Choices>): HeatmapState {
  const nothing = { row: null, cursor: null, token: null, latent: null, hover: null, noMeasure: '' };
  return { phase: 'empty', message: '', ...nothing, choices: { ...defaults, ...saved } };
}

export function receive(state: HeatmapState, message: HeatmapIn): HeatmapState {
  switch (message.type) {
    case 'row': {
      const row = { inspection: message.inspection, context: message.context };
      const next: HeatmapState = { ...state, phase: 'row', message: '', row, hover: null };
      return state.row && keyOf(state.row) === keyOf(row) ? next : { ...next, token: underCursor(next), latent: null, noMeasure: '' };
    }
    case 'cursor': {
      const next = { ...state, cursor: message.offset };
      return { ...next, token: underCursor(next) ?? state.token };
    }
    case 'no-measure':
      return { ...state, noMeasure: message.message };
    case 'state': {
      const row = message.state === 'loading' ? state.row : null;
      return { ...state, phase: message.state, message: message.message, row, hover: null };
    }
    default:
      return state;
  }
}

/** Scores that arrive later bring the same row again: the place within it is kept. */
export function keyOf({ inspection: { index, side, hash, tokens } }: Row): string {
  return [index, side, hash, tokens.length].join();
}

/** The token under the editor's cursor. */
export function underCursor({ row, cursor }: HeatmapState): number | null {
  return row && cursor !== null ? tokenAt(row.inspection.tokens, cursor) : null;
}

export function act(state: HeatmapState, action: Action): HeatmapState {
  const choose = (choices: Partial<Choices>): HeatmapState => ({ ...state, choices: { ...state.choices, ...choices } });
  const { pins } = state.choices;
  switch (action.type) {
    case 'token':
      return { ...state, token: action.token };
    case 'latent':
      return { ...state, latent: action.latent };
    case 'hover':
      return state.hover === action.token ? state : { ...state, hover: action.token };
    case 'measure':
      return { ...choose({ measure: action.measure }), noMeasure: '' };
    case 'probe':
      return choose({ probe: action.probe });
    case 'relative':
      return choose({ relative: action.on });
    case 'template': {
      const hidden = !action.on && state.token !== null && state.row && isTemplate(state.row.inspection.tokens[state.token]!);
      return { ...choose({ template: action.on }), token: hidden ? null : state.token, hover: null };
    }
    case 'pin':
      return choose({ pins: pins.includes(action.latent) ? pins.filter((p) => p !== action.latent) : [...pins, action.latent] });
  }
}

/** The measure that the row is shown under: the chosen one where the card has probes of it. */
export function measureOf({ measures }: RowInspection, { measure }: Choices): HeatmapMeasure {
  return measure === 'push' && measures.includes('push') ? 'push' : 'activation';
}

/** Whether the row on show lacks the probes of its measure, so that they must be asked for. */
export function lacksMeasure({ phase, row, choices, noMeasure }: HeatmapState): boolean {
  if (phase !== 'row' || !row || noMeasure !== '') return false;
  const measure = measureOf(row.inspection, choices);
  return measure === 'push' && !row.inspection.probes.some((probe) => probe.measure === measure);
}

/** Where a key press starts from when no token was chosen yet. */
export function currentToken({ row, token, choices }: HeatmapState): number | null {
  if (!row) return null;
  return token ?? firstToken(row.inspection.tokens, shownTokens(row.inspection.tokens, choices.template));
}

/** Index of the latent that keys start from. */
export function currentLatent({ row, latent, choices }: HeatmapState): number | null {
  if (!row) return null;
  if (row.inspection.latents.some((l) => l.index === latent)) return latent;
  return orderLatents(row.inspection.latents, choices.pins)[0]?.index ?? null;
}
