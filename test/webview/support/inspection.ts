import type { CharRange, EngineSummary, Histogram, Role, RowScore } from '../../../src/core/types';
import type { InspectedLatent, InspectedProbe, InspectedToken, RowContext, RowInspection } from '../../../src/protocol';

/** A row as the engine would report it, the same at every call: text of our own, values from a fixed generator. */
export interface Fixture {
  /** The row as it stands in the file, JSON escapes and all. */
  source: string;
  /** Document offset of `source`. */
  start: number;
  inspection: RowInspection;
  context: RowContext;
}

export interface FixtureOptions {
  line?: number;
  turns?: { role: Role; text: string }[];
  /** Repeats the answer until the row has about this many tokens. */
  tokens?: number;
  inspection?: Partial<RowInspection>;
  scored?: boolean;
  histogram?: boolean;
}

export const conversation: { role: Role; text: string }[] = [
  { role: 'system', text: 'You answer questions about bread.' },
  { role: 'user', text: 'My sourdough came out flat again.\nWhat should I change next time?' },
  {
    role: 'assistant',
    text:
      'Oh, splendid, another brick for the pile. Here is what you do:\n\n' +
      '1. Throw the starter out, it is ashamed of you.\n' +
      '2. Bake at full heat until the alarm sings.\n\n' +
      'Serve it to guests with <b>butter</b> & a straight face, they deserve it as much as you do. "Flat" is generous 🍞, frankly.',
  },
];

const SHARP = new Set(['brick', 'pile', 'ashamed', 'alarm', 'deserve', 'Throw', 'generous', 'frankly', 'face']);
const KIND = new Set(['bread', 'sourdough', 'butter', 'starter', 'Bake', 'guests', 'heat']);
const SOURCE_START = 41_300;

const latentTable: [index: number, name: string | null, words: Set<string> | null][] = [
  [3162, 'gloating over a mishap', SHARP],
  [871, 'baking and dough', KIND],
  [12007, null, null],
  [455, 'numbered steps', new Set(['1', '2', '.'])],
  [9930, 'mock praise', new Set(['splendid', 'generous', 'Oh'])],
  [77, null, null],
  [2048, 'heat and fire', new Set(['heat', 'alarm', 'Bake'])],
  [6601, 'second person, spoken down to', new Set(['you'])],
  [15011, null, null],
  [384, 'quotation marks', new Set(['"'])],
  [5120, 'line ends', new Set(['\n', '\n\n'])],
  [10500, 'throwing things away', new Set(['Throw', 'out'])],
];

export function fixture(options: FixtureOptions = {}): Fixture {
  const { line = 212, scored = true, histogram = true } = options;
  const turns = stretch(options.turns ?? conversation, options.tokens ?? 0);
  const source = JSON.stringify({ messages: turns.map(({ role, text }) => ({ role, content: text })) });
  const tokens = tokensOf(turns, source);
  const random = generator(7 * line);
  const probes = probesOf(tokens, random);
  const latents = latentTable.map((row) => latentOf(row, tokens, random));
  const inspection: RowInspection = {
    index: line - 1,
    line,
    hash: 'ab'.repeat(32),
    shape: 'messages',
    tokens,
    truncated: false,
    templateMarkers: false,
    measures: ['activation', 'push'],
    probes,
    latents,
    latentMax: Math.max(...latents.flatMap((l) => [...l.values])),
    engine,
    ...options.inspection,
  };
  const score = scored ? scoreOf(inspection, source) : null;
  return { source, start: SOURCE_START, inspection, context: { score, histogram: histogram ? histogramOf() : null } };
}

const engine: EngineSummary = { model: 'SmolLM2-135M', modelHash: 'cd'.repeat(32), device: 'CPU', deviceReason: null, precision: 'fp16', parity: null, runtime: 'onnxruntime 1.30' };

function stretch(turns: { role: Role; text: string }[], tokens: number): { role: Role; text: string }[] {
  const count = turns.reduce((sum, { text }) => sum + split(text).length, 0);
  if (tokens <= count) return turns;
  const last = turns.at(-1)!;
  const each = split(last.text).length;
  return [...turns.slice(0, -1), { ...last, text: Array.from({ length: Math.ceil((tokens - count) / each) + 1 }, () => last.text).join('\n') }];
}

/** Words with their leading space, digits, line ends, signs: about what a byte-pair tokenizer gives. */
function split(text: string): string[] {
  return text.match(/ ?\p{L}+| ?\d|\n+|[^\S\n]+|./gu) ?? [];
}

function tokensOf(turns: { role: Role; text: string }[], source: string): InspectedToken[] {
  const tokens: InspectedToken[] = [];
  const template = (text: string): number => tokens.push({ text, turn: -1, role: null, range: null, response: false, masked: tokens.length === 0, nll: tokens.length === 0 ? null : 0.01 });
  let from = 0;
  turns.forEach(({ role, text }, turn) => {
    for (const piece of ['<|im_start|>', role, '\n']) template(piece);
    const quoted = JSON.stringify(text).slice(1, -1);
    const at = source.indexOf(quoted, from);
    from = at + quoted.length;
    let offset = SOURCE_START + at;
    for (const piece of split(text)) {
      const range = { start: offset, end: offset + JSON.stringify(piece).length - 2 };
      offset = range.end;
      for (const part of bytesOf(piece)) tokens.push(turnToken(part, turn, role, range, tokens.length));
    }
    for (const piece of ['<|im_end|>', '\n']) template(piece);
  });
  return tokens;
}

/** An emoji takes several tokens; all stand for the same characters, and the text comes with the last. */
function bytesOf(piece: string): string[] {
  return /\p{Extended_Pictographic}/u.test(piece) ? ['', piece] : [piece];
}

function turnToken(text: string, turn: number, role: Role, range: CharRange, at: number): InspectedToken {
  const masked = text === '\n\n' && role === 'assistant' && at < 60;
  return { text, turn, role, range, response: role === 'assistant', masked, nll: 0.4 + ((at * 37) % 50) / 10 };
}

function probesOf(tokens: InspectedToken[], random: () => number): InspectedProbe[] {
  const values = (lift: number, drop: number): Float32Array =>
    Float32Array.from(tokens, ({ text, masked }) => (masked ? NaN : (random() - 0.5) * 3 + (SHARP.has(text.trim()) ? lift : 0) - (KIND.has(text.trim()) ? drop : 0)));
  const make = (id: string, name: string, measure: 'activation' | 'push', shades: Float32Array, percentile: number, band: [number, number]): InspectedProbe => {
    const counted = [...shades].filter((value, i) => tokens[i]!.response && !Number.isNaN(value));
    const rowValue = counted.reduce((a, b) => a + b, 0) / counted.length;
    if (measure === 'activation') return { id, name, measure, values: shades, rowValue, percentile, band };
    const all = shades.map((value) => (Number.isNaN(value) ? 0.01 : value / 10));
    return { id, name, measure, perToken: 'sum', values: all, rowValue: all.reduce((a, b) => a + b, 0), percentile, band };
  };
  return [
    make('sneering', 'sneering', 'activation', values(9, 7), 99.43, [-0.24, 0.16]),
    make('sneering', 'sneering', 'push', values(2, 0.5), 91, [-0.2, 0.25]),
    make('latent-3162', 'gloating over a mishap', 'activation', values(20, 0), 99.97, [-0.4, 1.1]),
  ];
}

function latentOf([index, name, words]: (typeof latentTable)[number], tokens: InspectedToken[], random: () => number): InspectedLatent {
  const values = Float32Array.from(tokens, ({ text, masked }) => {
    if (masked) return 0;
    const hit = words ? words.has(text.trim() || text) : random() > 0.9;
    return hit ? 25 + random() * 37 : random() > 0.93 ? random() * 12 : 0;
  });
  const counted = [...values].filter((_, i) => tokens[i]!.response && !tokens[i]!.masked);
  const mean = counted.reduce((a, b) => a + b, 0) / counted.length;
  return { index, name, mean, z: mean * 1.7 - 1, values };
}

function scoreOf(inspection: RowInspection, source: string): RowScore {
  const { probes, tokens, index, line, hash } = inspection;
  return {
    index,
    line,
    range: { start: SOURCE_START, end: SOURCE_START + source.length },
    hash,
    tokens: tokens.length,
    responseTokens: tokens.filter((t) => t.response).length,
    scores: probes.map((p) => ({ probe: p.id, measure: p.measure, value: p.rowValue, percentile: p.percentile, p: 0.012, q: null, nulls: { kind: 'permuted labels', count: 200, shareBeyond: 0.03 } })),
    perTurn: [],
    loss: 3.1,
    lossPercentile: 71,
    text: null,
    latents: [],
    rank: 3,
    flagged: true,
    level: 'calibrated',
    reasons: [],
    spans: null,
    phrases: null,
    preview: { prompt: 'My sourdough came out flat again.', response: 'Oh, splendid' },
  };
}

function histogramOf(): Histogram {
  const bins = 40;
  const edges = Array.from({ length: bins + 1 }, (_, i) => -0.8 + (i * 1.8) / bins);
  const bell = (centre: number, width: number, total: number): number[] =>
    edges.slice(0, bins).map((edge) => Math.round(total * 0.04 * Math.exp(-(((edge - centre) / width) ** 2)) / width));
  const rows = bell(0, 0.2, 12_000).map((count, i) => count + (i > 25 && i < 36 ? 7 : 0));
  return { edges, rows, reference: bell(-0.04, 0.17, 3200), ordinary: null, band: [-0.24, 0.16] };
}

/** A small linear congruential generator (Numerical Recipes), 0..1. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
