import type { Output } from '../../base/output';
import { toolName, toolVersion } from '../provenance';
import { rowRecord } from '../records';
import { safeJson } from '../terminal/neutralise';
import type { FileFailure, FileOutcome, ResultWriter } from './resultWriter';

/** One document of all files, written when the last is done, so that what is cut short is nothing rather than half. */
export function jsonWriter(output: Output): ResultWriter {
  const outcomes: FileOutcome[] = [];
  const failed: FileFailure[] = [];
  return {
    async file(outcome) {
      outcomes.push(outcome);
    },
    async failure(failure) {
      failed.push(failure);
    },
    async end() {
      await output.write(`{"version":1,"tool":${safeJson({ name: toolName, version: toolVersion })},"files":[`);
      for (const [i, outcome] of outcomes.entries()) {
        if (i > 0) await output.write(',');
        await writeOutcome(output, outcome);
      }
      await output.write(`],"failed":${safeJson(failed)}}\n`);
    },
  };
}

async function writeOutcome(output: Output, { file, result, evaluation, judged, provenance }: FileOutcome): Promise<void> {
  const { problems, ...summary } = result.summary;
  await output.write(`{"summary":${safeJson(summary)},\n"rows":[`);
  for (const [i, row] of result.rows.entries()) await output.write(`${i > 0 ? ',' : ''}\n${safeJson(rowRecord(file, row))}`);
  await output.write(`],\n"problems":${safeJson(problems)}`);
  if (evaluation) await output.write(`,\n"key":${safeJson(evaluation)}`);
  if (judged) await output.write(`,\n"failOn":${safeJson(judged)}`);
  await output.write(`,\n"provenance":${safeJson(provenance)}}`);
}
