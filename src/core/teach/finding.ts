import { MIN_ORDINARY } from '../calibrate/level';
import { CHANCE_TAIL } from '../calibrate/verdict';
import { countWords, expectedWords, rowsWords } from '../calibrate/words';
import type { ChanceExpectation, Estimate, TaughtFigures, TaughtFinding } from '../types';
import { LEAST_MARKS } from './least';

/** What may be claimed of a taught probe: nothing where its interval does not clear chance, or it is under TF-IDF taught on the same marks. */
export function findingOf(figures: TaughtFigures | null): TaughtFinding {
  if (!figures) return 'cannot be held out';
  const { auroc, nullBand, tfidf } = figures;
  if (auroc.low <= 0.5 || auroc.value <= nullBand) return 'not beyond chance';
  return auroc.value < tfidf.value ? 'no better than TF-IDF' : 'shown';
}

/** How many marks are still missing, in words. */
export function missingWords({ good, bad }: { good: number; bad: number }): string {
  const parts = [...(good > 0 ? [`${good} more good`] : []), ...(bad > 0 ? [`${bad} more bad`] : [])];
  return `${parts.join(' and ')} ${good + bad === 1 ? 'mark is' : 'marks are'} needed before a probe can be taught (at least ${LEAST_MARKS} of each)`;
}

export interface ShownInput {
  finding: TaughtFinding;
  figures: TaughtFigures | null;
  marks: { good: number; bad: number };
}

export interface VerdictInput extends Pick<ShownInput, 'finding' | 'marks'> {
  /** What the folds show, in words. */
  shown: string;
  flagged: number;
  /** null where nothing may be flagged. */
  chance: ChanceExpectation | null;
}

/** What the folds show, in words, with its numbers and the alternatives that do as well: what holds of the probe on any file. */
export function shownWords({ finding, figures, marks }: ShownInput): string {
  const marked = `taught on ${marks.good} good and ${marks.bad} bad rows`;
  switch (finding) {
    case 'cannot be held out':
      return `${marked}, not tested: all marks of a kind are answers to one question, or stand in one source, so none can be held out`;
    case 'not beyond chance':
      return `${marked}, not shown to work: held-out AUROC ${area(figures!.auroc)} does not clear chance (null band ${two(figures!.nullBand)})`;
    case 'no better than TF-IDF':
      return `${marked}, not shown to be worth a model: held-out AUROC ${area(figures!.auroc)}, and TF-IDF taught on the same marks reaches ${area(figures!.tfidf)}`;
    case 'shown':
      return `${marked}: held-out AUROC ${area(figures!.auroc)} over ${countWords(figures!.groups)} ${figures!.groupedBy}s, TF-IDF ${two(figures!.tfidf.value)}${cheaper(figures!)}`;
  }
}

/** What the folds show and what follows for the file's rows; and what to do next. */
export function taughtWords({ shown: text, finding, marks, flagged, chance }: VerdictInput): { text: string; advice: string } {
  switch (finding) {
    case 'cannot be held out':
      return { text, advice: 'Mark rows of other questions.' };
    case 'not beyond chance':
    case 'no better than TF-IDF':
      return { text, advice: 'Mark the next rows to mark; unproven, the ranking is a guess.' };
    case 'shown': {
      if (!chance) {
        const missing = MIN_ORDINARY - marks.good;
        return { text: `${text}; no error rate is claimed: ${rowsWords(marks.good)} marked good, ${missing} more are needed`, advice: `Review from the top, and mark ${rowsWords(missing)} more good: then each flag gets an error rate.` };
      }
      if (chance.m === 0) return { text: `${text}; every row of the file is marked`, advice: 'Save it as a card to rank other files with it.' };
      return {
        text: `${text}; ${countWords(flagged)} flagged, ${expectedWords(chance.expected)} expected by chance`,
        advice: chance.upperTail <= CHANCE_TAIL ? 'Review the flagged rows from the top.' : 'The flagged rows are a queue to review, not findings: ordinary rows alone give as many.',
      };
    }
  }
}

/** Loss and length where they reach as much by themselves. */
function cheaper({ auroc, loss, length }: TaughtFigures): string {
  const asGood = Object.entries({ loss, length }).filter(([, estimate]) => estimate !== null && estimate.value >= auroc.value);
  return asGood.map(([name, estimate]) => `; the ${name} alone reaches ${two(estimate!.value)}`).join('');
}

function area({ value, low, high }: Estimate): string {
  return `${two(value)} [${two(low)}, ${two(high)}]`;
}

function two(value: number): string {
  return value.toFixed(2).replace(/^0\./, '.');
}
