import type { Auditor } from '../audit/auditor';
import { CancelledError, isExpected, messageOf } from '../base/errors';
import { type Output, fileOutput } from '../base/output';
import { type ReportInput, countWords, verdictWords } from '../core/report';
import type { AuditSummary } from '../core/types';
import type { AuditProgress, AuditRequest, AuditResult, AuditSettings } from '../protocol';
import { cancelledCode, cancelledWords } from './cancelled';
import { evaluateKey } from './evaluateKey';
import { ExitCode, exitCodeOf, worstOf } from './exitCode';
import { type Condition, judge } from './failOn';
import { jsonWriter } from './formats/json';
import { jsonlWriter } from './formats/jsonl';
import { parquetWriter } from './formats/parquet';
import type { FileOutcome, Format, ResultWriter } from './formats/resultWriter';
import { sarifWriter } from './formats/sarif';
import { tableWriter } from './formats/table';
import { type Io, columnsOf } from './io';
import { type Key, readKey } from './key';
import { keyBlocks, keyLines } from './keyText';
import { PipeClosedError, streamOutput } from './output';
import { type Progress, progressFor } from './progress';
import { progressLogger } from './progressLogger';
import { provenanceOf } from './provenance';
import { writeReport } from './report';
import { colourDepth, paintFor } from './terminal/colour';
import { neutralise } from './terminal/neutralise';

export interface AuditPlan {
  settings: AuditSettings;
  conditions: Condition[] | null;
  format: Format;
  out: string | null;
  report: string | null;
  key: string | null;
  /** Rows of tables; Infinity for all. */
  top: number;
  /** Rows whose tokens are read; 0 for none. */
  spans: number;
  quiet: boolean;
  /** First words of prompt and answer in the formats that leave texts out unless asked. */
  previews: boolean;
  /** The rows' vectors too, where the format has a place for them. */
  vectors: boolean;
  commandFor(file: string): string;
}

/** Audits each file in turn. A file that cannot be audited is told on standard error, and the others go on. */
export async function auditFiles(files: readonly string[], io: Io, plan: AuditPlan): Promise<number> {
  const key = plan.key === null ? null : await readKey(plan.key);
  const output = plan.out === null ? streamOutput(io.stdout) : await fileOutput(plan.out);
  const progress = progressFor(io.stderr, { quiet: plan.quiet });
  const auditor = await io.openAuditor(progressLogger(progress));
  const run = new Run(io, plan, key, auditor, writerOf(output, io, plan), progress);
  try {
    for (const file of files) await run.audit(file);
    const code = await run.finish();
    await output.end();
    return code;
  } catch (error) {
    await output.abandon();
    // Nobody reads on: the files audited so far decide.
    if (error instanceof PipeClosedError) return run.code();
    if (!(error instanceof CancelledError)) throw error;
    progress.end();
    io.stderr.write(`${neutralise(cancelledWords(run.last, plan.settings.cache))}\n`);
    return cancelledCode(io.signal);
  } finally {
    progress.end();
    auditor.dispose();
  }
}

function writerOf(output: Output, io: Io, { format, out, top, previews, vectors }: AuditPlan): ResultWriter {
  if (format === 'json') return jsonWriter(output);
  if (format === 'jsonl') return jsonlWriter(output);
  if (format === 'parquet') return parquetWriter(output, { vectors, previews });
  if (format === 'sarif') return sarifWriter(output, { top, previews });
  const depth = out === null ? colourDepth(io.stdout, io.env) : 0;
  return tableWriter(output, { width: columnsOf(io.stdout, io.env), paint: paintFor(depth), top });
}

function nothingScored({ verdictText, problems: [first, ...others] }: AuditSummary): string {
  if (!first) return verdictText;
  return `${verdictText}; line ${first.line}: ${first.message}${others.length > 0 ? ` (${countWords(others.length)} more with problems)` : ''}`;
}

/** The state of one command: what was found so far. */
class Run {
  /** Of the audit that runs. */
  last: AuditProgress | null = null;
  private readonly codes: ExitCode[] = [];
  private readonly reports: ReportInput[] = [];

  constructor(
    private readonly io: Io,
    private readonly plan: AuditPlan,
    private readonly key: Key | null,
    private readonly auditor: Auditor,
    private readonly writer: ResultWriter,
    private readonly progress: Progress,
  ) {}

  code(): ExitCode {
    return worstOf(this.codes);
  }

  async audit(file: string): Promise<void> {
    this.last = null;
    let result: AuditResult;
    try {
      result = await this.auditor.audit(
        this.requestFor(file),
        (event) => {
          if (event.type === 'notice') this.progress.note(`warning: ${event.notice.message}`);
          if (event.type !== 'progress') return;
          this.last = event.progress;
          this.progress.update(event.progress);
        },
        this.io.signal,
      ).result;
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.progress.end();
      this.codes.push(ExitCode.couldNotRun);
      this.io.stderr.write(`${neutralise(`persona-lens: ${messageOf(error)}`)}\n`);
      await this.writer.failure({ file, reason: error.reason, message: error.message });
      return;
    }
    this.progress.end();
    await this.tell(file, result);
  }

  /** The report, and what comes after the last file. */
  async finish(): Promise<ExitCode> {
    await this.writer.end();
    if (this.plan.report !== null && this.reports.length > 0) {
      await writeReport(this.plan.report, this.reports);
      this.progress.note(`The report is in ${this.plan.report}`);
    }
    return this.code();
  }

  /** What is asked for beyond rows and summary: what the key and the format need. */
  private requestFor(file: string): AuditRequest {
    const { settings, vectors, spans } = this.plan;
    return { path: file, settings, spans, ...(this.key && { nullScores: true }), ...(vectors && { vectors }) };
  }

  private async tell(file: string, result: AuditResult): Promise<void> {
    const { plan, key } = this;
    const { rows, summary } = result;
    const judged = plan.conditions && judge(plan.conditions, summary, rows);
    this.codes.push(exitCodeOf(summary, judged));
    const needsProvenance = plan.report !== null || !['table', 'jsonl'].includes(plan.format);
    const outcome: FileOutcome = {
      file,
      result,
      judged,
      evaluation: key && evaluateKey(key, result),
      provenance: needsProvenance ? await provenanceOf({ file, settings: plan.settings, key: plan.key, modelsFolder: this.io.modelsFolder, command: plan.commandFor(file) }) : null,
    };
    if (plan.report !== null) {
      this.reports.push({ summary, rows, provenance: outcome.provenance!, top: plan.top, sections: outcome.evaluation ? keyBlocks(outcome.evaluation) : [] });
    }
    await this.writer.file(outcome);
    if (summary.verdict === 'could not run') this.io.stderr.write(`${neutralise(`persona-lens: ${file}: ${nothingScored(summary)}`)}\n`);
    this.tellAside(outcome);
  }

  /** What a machine format has no place for goes to standard error. */
  private tellAside({ file, result, evaluation, judged }: FileOutcome): void {
    const { format } = this.plan;
    if (format === 'table') return;
    const { level } = result.summary;
    this.progress.note(`${file}: ${level === 'ranked' ? '' : `${level}: `}${verdictWords(result.summary)}`);
    for (const { outcome, text } of judged ?? []) this.progress.note(`--fail-on ${outcome}: ${text}`);
    if (evaluation && (format === 'jsonl' || format === 'parquet') && !this.plan.quiet) {
      const layout = { width: columnsOf(this.io.stderr, this.io.env), paint: paintFor(colourDepth(this.io.stderr, this.io.env)) };
      this.io.stderr.write(`${keyLines(evaluation, layout).join('\n')}\n`);
    }
  }
}
