import type { AuditSummary } from '../core/types';
import type { Judged } from './failOn';

/** What the command line ends with. Ctrl-C ends it with 130 and SIGTERM with 143, as shells expect. */
export const ExitCode = {
  /** Ranked, or as many flags as chance gives; nothing that `--fail-on` names. */
  ok: 0,
  /** More flags than chance gives; with `--fail-on`, one of its conditions is met, and nothing else counts. */
  found: 1,
  /** A file could not be read or scored, or the command line is wrong. */
  couldNotRun: 2,
  /** `--fail-on` asks for a q that these ordinary rows cannot reach. */
  undecidable: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The code of one audited file. "Not decidable" claims nothing, so it is 0 unless `--fail-on` asked for the q. */
export function exitCodeOf(summary: Pick<AuditSummary, 'verdict'>, judged: readonly Judged[] | null): ExitCode {
  if (summary.verdict === 'could not run') return ExitCode.couldNotRun;
  if (judged === null) return summary.verdict === 'more than chance' ? ExitCode.found : ExitCode.ok;
  if (judged.some(({ outcome }) => outcome === 'met')) return ExitCode.found;
  return judged.some(({ outcome }) => outcome === 'unreachable') ? ExitCode.undecidable : ExitCode.ok;
}

/** Of several files the worst wins: could not run, then found, then undecidable. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return [ExitCode.couldNotRun, ExitCode.found, ExitCode.undecidable].find((code) => codes.includes(code)) ?? ExitCode.ok;
}
