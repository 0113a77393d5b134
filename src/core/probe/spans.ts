import type { TokenizedRecord } from '../types';
import { type Word, wordsOf } from './words';

/** A range of a turn's decoded text, UTF-16 code units. */
export interface TurnRange {
  turn: number;
  start: number;
  end: number;
}

/** Which of a record's tokens carry its score. */
export interface AgreeingTokens {
  /** null where no token rises above the level, or none can be traced to characters. */
  span: TurnRange | null;
  /** At most three, hottest first; they do not overlap. `share` is of what all response tokens have above the ordinary level, 0..1. */
  phrases: (TurnRange & { share: number })[];
  /** One token holds more than half of what the row has above the ordinary level. */
  singleToken: boolean;
}

export interface AgreeingInput {
  /** The probe's value of every token, `[tokens]`; their mean over response tokens is the row's score. */
  values: ArrayLike<number>;
  tokens: Pick<TokenizedRecord, 'turnOf' | 'charStart' | 'charEnd' | 'response'>;
  /** `[tokens]`, 1 for tokens of massive norm: they count nothing. */
  masked: ArrayLike<number>;
  /** Decoded text of a turn. */
  textOf: (turn: number) => string;
  /** The value of an ordinary token: the median score of the reference rows, whose tokens have that mean. */
  ordinary: number;
}

const mostPhrases = 3;
/** Characters read behind the last token, so that its word is seen whole. */
const margin = 64;
const longestPhrase = { words: 6, characters: 60 };
/** Of the row's excess over the ordinary level: tokens that spread less than this are called alike. */
const alike = 0.25;

/**
 * The span is the run of response tokens of one turn with the largest sum of value - level (Kadane's maximum-sum subarray, so
 * short dips inside are bridged and long ones are not), widened to whole words. The level is the ordinary one or the row's own
 * mean, whichever is higher: in a row that is high throughout, the ordinary level would give the whole response and point nowhere.
 * The whole response is given only where its tokens are alike. A constant added to every value and to the ordinary level changes nothing.
 * Phrases are the hottest windows of up to six words of a sentence, under the same level.
 */
export function agreeingTokens({ values, tokens, masked, textOf, ordinary }: AgreeingInput): AgreeingTokens {
  const counted: number[] = [];
  tokens.response.forEach((isResponse, t) => isResponse && !masked[t] && counted.push(t));
  if (counted.length === 0) return { span: null, phrases: [], singleToken: false };
  const mean = counted.reduce((sum, t) => sum + values[t]!, 0) / counted.length;
  const spread = Math.sqrt(counted.reduce((sum, t) => sum + (values[t]! - mean) ** 2, 0) / counted.length);
  // Alike tokens: every one is the mark, so the ordinary level gives the whole response.
  const level = mean > ordinary && spread > alike * (mean - ordinary) ? mean : ordinary;
  const heat = Float64Array.from(values, (value, t) => (tokens.response[t] && !masked[t] ? value - level : 0));
  const above = counted.map((t) => Math.max(0, values[t]! - ordinary));
  const total = above.reduce((sum, value) => sum + value, 0);
  const excess = (t: number) => (total > 0 && !masked[t] ? Math.max(0, values[t]! - ordinary) / total : 0);

  const turns = turnsOf(tokens).map((turn): TurnHeat => ({ ...turn, words: heatOfWords(textOf(turn.turn), turn.members, tokens, heat, excess) }));
  return {
    span: spanOf(turns, tokens, heat),
    phrases: phrasesOf(turns),
    singleToken: above.some((value) => value > total / 2),
  };
}

interface ResponseTurn {
  turn: number;
  /** Its response tokens that have characters. */
  members: number[];
}

interface HotWord extends Word {
  heat: number;
  share: number;
}

interface TurnHeat extends ResponseTurn {
  words: HotWord[];
}

function turnsOf({ turnOf, charStart, charEnd, response }: AgreeingInput['tokens']): ResponseTurn[] {
  const turns = new Map<number, number[]>();
  response.forEach((isResponse, t) => {
    if (!isResponse || charEnd[t]! <= charStart[t]!) return;
    const members = turns.get(turnOf[t]!);
    if (members) members.push(t);
    else turns.set(turnOf[t]!, [t]);
  });
  return [...turns].map(([turn, members]) => ({ turn, members }));
}

function spanOf(turns: TurnHeat[], { charStart, charEnd }: AgreeingInput['tokens'], heat: Float64Array): TurnRange | null {
  let best: TurnRange | null = null;
  let most = 0;
  for (const { turn, members, words } of turns) {
    const run = hottestRun(members.map((t) => heat[t]!));
    if (!run || run.sum <= most) continue;
    most = run.sum;
    const within = members.slice(run.from, run.to + 1);
    best = { turn, ...wholeWords(words, Math.min(...within.map((t) => charStart[t]!)), Math.max(...within.map((t) => charEnd[t]!))) };
  }
  return best;
}

/** The run with the largest sum; of equal ones the first, and of those the shortest. null where nothing is above zero. */
function hottestRun(values: number[]): { from: number; to: number; sum: number } | null {
  let best: { from: number; to: number; sum: number } | null = null;
  let from = 0;
  let sum = 0;
  values.forEach((value, to) => {
    if (sum <= 0) [from, sum] = [to, 0];
    sum += value;
    if (sum > (best?.sum ?? 0)) best = { from, to, sum };
  });
  return best;
}

/** Widened to the words it touches, without white space and punctuation at its ends where a word is left. */
function wholeWords(words: readonly Word[], start: number, end: number): { start: number; end: number } {
  const touched = words.filter((word) => word.start < end && word.end > start);
  const first = touched.find(({ between }) => !between);
  const last = touched.findLast(({ between }) => !between);
  return first && last ? { start: first.start, end: last.end } : { start, end };
}

/** Each token's heat goes to the word that holds most of it: the first one that is no white space or punctuation, else the first at all. */
function heatOfWords(text: string, members: number[], { charStart, charEnd }: AgreeingInput['tokens'], heat: Float64Array, excess: (t: number) => number): HotWord[] {
  const upTo = members.reduce((most, t) => Math.max(most, charEnd[t]!), 0);
  const words = wordsOf(text.slice(0, upTo + margin)).map((word): HotWord => ({ ...word, heat: 0, share: 0 }));
  let first = 0;
  for (const t of members) {
    while (first < words.length - 1 && words[first]!.end <= charStart[t]!) first++;
    let at = first;
    while (at < words.length - 1 && words[at]!.between && words[at + 1]!.start < charEnd[t]!) at++;
    const word = words[words[at]!.between ? first : at]!;
    word.heat += heat[t]!;
    word.share += excess(t);
  }
  return words.filter(({ start }) => start < upTo);
}

/** The hottest window of words, then the hottest of those that are left, and so on. */
function phrasesOf(turns: readonly TurnHeat[]): AgreeingTokens['phrases'] {
  const windows = turns.flatMap(({ turn, words }) => windowsOf(words).map((window) => ({ turn, ...window }))).sort((a, b) => b.heat - a.heat);
  const phrases: AgreeingTokens['phrases'] = [];
  for (const { turn, start, end, share } of windows) {
    if (phrases.length === mostPhrases) break;
    if (phrases.every((other) => other.turn !== turn || end <= other.start || start >= other.end)) phrases.push({ turn, start, end, share });
  }
  return phrases;
}

/** All windows of a sentence that begin and end with a word, are short enough and have heat. */
function windowsOf(words: readonly HotWord[]): { start: number; end: number; heat: number; share: number }[] {
  const windows: { start: number; end: number; heat: number; share: number }[] = [];
  words.forEach((first, i) => {
    if (first.between) return;
    let [heat, share, count] = [0, 0, 0];
    for (let j = i; j < words.length; j++) {
      const word = words[j]!;
      heat += word.heat;
      share += word.share;
      if (word.ends) break;
      if (word.between) continue;
      if (++count > longestPhrase.words || (j > i && word.end - first.start > longestPhrase.characters)) break;
      if (heat > 0) windows.push({ start: first.start, end: word.end, heat, share });
    }
  });
  return windows;
}
