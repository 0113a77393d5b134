import { messageOf } from '../base/errors';
import type { Fault, PassWork } from '../protocol';

/** What a row goes without when the engine cannot do this work on it. */
const without: Record<PassWork, string> = {
  activations: 'This row cannot be scored',
  losses: 'Its loss could not be computed',
  push: 'Its push could not be computed',
  tokens: 'The words that carry it could not be found',
};

/** Why a row goes without: the engine refused it. */
export function refusedWords(work: PassWork, error: unknown, tokens: number): string {
  const said = messageOf(error);
  const why = /bad_alloc|allocat|out of memory/i.test(said) ? `there is not enough memory to run its ${tokens} tokens. Lower maxTokens, and rows are read up to there, or give the engine more memory.` : said;
  return `${without[work]}: ${why}`;
}

/** A fault of one work as one of the work that needed what it gives. */
export const faultOf = (work: PassWork, fault: Fault): Fault => ({ work, message: fault.message.replace(without[fault.work], without[work]) });

/** Why a row goes without: the engine ended on it each time. */
export function endedWords(work: PassWork, times: number, tokens: number, how: string): string {
  return `${without[work]}: the engine stopped ${times} times on its ${tokens} tokens (${how}). If memory ran out, lower maxTokens, and rows are read up to there.`;
}
