import type { Provenance } from '../../core/report';
import type { AuditResult } from '../../protocol';
import type { KeyEvaluation } from '../evaluateKey';
import type { Judged } from '../failOn';

export type Format = 'table' | 'json' | 'jsonl' | 'sarif' | 'parquet';

/** One audited file with all that is said of it. */
export interface FileOutcome {
  file: string;
  result: AuditResult;
  /** null without `--fail-on`. */
  judged: Judged[] | null;
  /** null without `--key`. */
  evaluation: KeyEvaluation | null;
  /** null where neither a report nor a format shows it. */
  provenance: Provenance | null;
}

/** A file that could not be audited. */
export interface FileFailure {
  file: string;
  reason: string;
  message: string;
}

/** Turns results into one of the output formats. */
export interface ResultWriter {
  file(outcome: FileOutcome): Promise<void>;
  failure(failure: FileFailure): Promise<void>;
  /** After the last file. */
  end(): Promise<void>;
}
