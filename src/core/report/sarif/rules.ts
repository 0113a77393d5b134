import type { ReportingDescriptor } from 'sarif';
import type { AuditSummary, Level, Measure, ProbeId, ProblemReason, RowScore } from '../../types';
import type { Provenance } from '../provenance';
import { blindness, levelWords } from '../sentences';
import { plainMessage } from './message';

const levels: readonly Level[] = ['ranked', 'calibrated', 'taught'];

/** A mark of a probe at one level claims what that level allows, so each is a rule of its own. */
export const markRule = (probe: { id: ProbeId; measure: Measure }, level: Level): string => `${level}/${probe.measure}/${probe.id}`;

export const problemRule = (reason: ProblemReason): string => `problem/${reason}`;

const claims: Record<Level, string> = {
  ranked: 'May say: read these rows first. May not say: how many of them are bad, or that any of them is; no error rate is claimed.',
  calibrated: 'May say: among ordinary rows like your own about one in twenty gets this mark; the run says how many to expect by chance. May not say: that a marked row is bad.',
  taught: 'May say: this row is like those that you marked bad, at a rate measured on good rows that you marked and that were held out. May not say: anything about kinds of rows that you did not mark.',
};

/** A rule a probe and level, the deciding probe's enabled, and a rule a kind of problem, in an order that the data give. */
export function rulesOf(summary: AuditSummary, rows: readonly RowScore[], { card }: Provenance): ReportingDescriptor[] {
  const present = new Set([summary.level, ...rows.map(({ level }) => level)]);
  const reasons = [...new Set(summary.problems.map(({ reason }) => reason))].sort();
  return [
    ...summary.probes.flatMap((probe) =>
      levels
        .filter((level) => present.has(level))
        .map((level): ReportingDescriptor => {
          const decides = probe.id === summary.deciding.probe && probe.measure === summary.deciding.measure;
          const evidence = card?.probes.find(({ id }) => id === probe.id)?.evidence;
          const help = [
            `Level: ${levelWords[level]}.`,
            claims[level],
            blindness,
            ...(evidence === undefined ? [] : [`Evidence: ${evidence}`]),
            ...(decides ? [] : ["This probe's scores stand in the properties of the results; it decides no mark in this run."]),
            ...(decides && card && card.validatedOn.length > 0 ? [`The card was validated on: ${card.validatedOn.join('; ')}.`] : []),
            ...(decides && card && card.blindSpots.length > 0 ? [`The card says of itself that it cannot see: ${card.blindSpots.join('; ')}.`] : []),
          ].join(' ');
          return {
            id: markRule(probe, level),
            shortDescription: plainMessage(`${probe.name} on ${probe.measure}, ${level}`),
            fullDescription: plainMessage(claims[level]),
            help: plainMessage(help),
            defaultConfiguration: { enabled: decides, level: level === 'ranked' ? 'none' : 'warning' },
            properties: { probe: probe.id, measure: probe.measure, level },
          };
        }),
    ),
    ...reasons.map(
      (reason): ReportingDescriptor => ({
        id: problemRule(reason),
        shortDescription: plainMessage(`A row that cannot be scored: ${reason}`),
        help: plainMessage('Such a row was not read by the model and nothing is claimed about it. Its message says what to do.'),
        defaultConfiguration: { level: 'warning' },
      }),
    ),
  ];
}
