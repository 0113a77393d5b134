import type { ChanceExpectation } from '../types';
import { rowsNeededToFlag } from './conformal';
import { countWords, rateWords, rowsWords } from './words';

export interface QDecision {
  decidable: boolean;
  text: string;
}

/** What can be said at q <= alpha (Benjamini-Hochberg), given how many rows reached it. Where none did, the words say why, not that nothing is there. */
export function decisionAtQ(chance: ChanceExpectation, reached: number): QDecision {
  const rate = `q <= ${rateWords(chance.alpha)}`;
  if (reached > 0) return { decidable: true, text: `${rowsWords(reached)} at ${rate}` };
  const ordinary = `with ${countWords(chance.n)} ordinary ${chance.n === 1 ? 'row' : 'rows'}`;
  if (chance.m === 0) return { decidable: false, text: `not decidable at ${rate}: no row of the file is left to judge` };
  if (chance.smallestAtQ === null) {
    const needed = rowsNeededToFlag(chance.alpha);
    return { decidable: false, text: `not decidable at ${rate}: ${ordinary} no number of rows could reach it; at least ${countWords(needed)} are needed` };
  }
  const smallest = `at least ${countWords(chance.smallestAtQ)} of ${rowsWords(chance.m)}`;
  return { decidable: false, text: `not decidable at ${rate}: ${ordinary}, ${smallest} would have to beat every one of them` };
}
