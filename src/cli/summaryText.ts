import { alternativeWords, countWords, engineWords, falseDiscoveryWords, flaggedWords, levelWords, nullWords, rowsWords, taughtCardWords, timingWords, verdictWords } from '../core/report';
import type { AuditSummary, RowProblem, RowScore } from '../core/types';
import type { Paint } from './terminal/colour';
import { factLines } from './terminal/facts';
import { neutralise } from './terminal/neutralise';

const shownProblems = 20;

/** The file as a whole, in words: what was found, beside what chance, nulls and the cheap alternatives give. */
export function summaryLines(summary: AuditSummary, rows: readonly RowScore[], layout: { width: number; paint: Paint }): string[] {
  const optional = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]]);
  const findings = (): [string, string][] => [
    ...optional('Card', taughtCardWords(summary)),
    ['Level', levelWords[summary.level]],
    ['Flagged', flaggedWords(summary)],
    ...optional('q', falseDiscoveryWords(summary, rows)),
    ...optional('Nulls', nullWords(summary)),
    ['Loss', alternativeWords(summary, 'loss')],
    ['TF-IDF', alternativeWords(summary, 'text')],
    ['Length', alternativeWords(summary, 'length')],
  ];
  const facts: [string, string][] = [
    ['Verdict', verdictWords(summary)],
    ...(summary.scored > 0 ? findings() : []),
    ...problemFacts(summary.problems),
    ['Next', summary.advice],
    ['Engine', `${engineWords(summary.engine)}; ${timingWords(summary)}`],
  ];
  return factLines(facts.map(([name, value]): [string, string] => [name, neutralise(value)]), layout);
}

/** The headline of a file's results. */
export function fileLine(summary: AuditSummary): string {
  const { file, rows, scored, problems } = summary;
  const trouble = problems.length === 0 ? '' : `, ${countWords(problems.length)} with problems`;
  return neutralise(`${file}: ${rowsWords(rows)}, ${countWords(scored)} scored${trouble}`);
}

function problemFacts(problems: readonly RowProblem[]): [string, string][] {
  if (problems.length === 0) return [];
  const rest = problems.length - shownProblems;
  return [
    ['Problems', `${rowsWords(problems.length)} could not be scored`],
    ...problems.slice(0, shownProblems).map(({ line, reason, message }): [string, string] => ['', `line ${line} (${reason}): ${message}`]),
    ...(rest > 0 ? ([['', `and ${countWords(rest)} more`]] as [string, string][]) : []),
  ];
}
