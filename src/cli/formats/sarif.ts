import { createReadStream } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { markedRows, offsetsOf, sarifFailedRun, sarifLog, sarifRun, textPlaces } from '../../core/report';
import type { Output } from '../../base/output';
import { toolName, toolVersion } from '../provenance';
import { safeJson } from '../terminal/neutralise';
import type { ResultWriter } from './resultWriter';

interface SarifOptions {
  /** How many rows of a ranking are results, where nothing is calibrated. */
  top: number;
  /** With the first words of prompt and answer. */
  previews: boolean;
}

/** A SARIF 2.1.0 log with a run a file, for code scanning and editors. */
export function sarifWriter(output: Output, { top, previews }: SarifOptions): ResultWriter {
  const runs: ReturnType<typeof sarifRun>[] = [];
  return {
    async file({ file, result: { rows, summary }, provenance, judged, evaluation }) {
      const place = await textPlaces(readText(file), offsetsOf(markedRows(rows, summary, top)));
      const properties = { ...(judged ? { failOn: judged } : {}), ...(evaluation ? { evaluation } : {}) };
      runs.push(sarifRun({ summary, rows, provenance: provenance!, top, uri: fileUri(file), place, previews, properties }));
    },
    async failure({ file, reason, message }) {
      runs.push(sarifFailedRun({ uri: fileUri(file), reason, message, tool: { name: toolName, version: toolVersion } }));
    },
    async end() {
      await output.write(`${safeJson(sarifLog(runs))}\n`);
    },
  };
}

/** The file as offsets count it: UTF-16 code units without the byte order mark. */
async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) yield decoder.decode(chunk as Uint8Array, { stream: true });
  yield decoder.decode();
}

/** Relative to the folder of the run, with each segment percent-encoded; a file outside of it by its whole `file:` address. */
export function fileUri(file: string, folder = process.cwd()): string {
  const within = relative(folder, resolve(folder, file));
  if (within === '' || isAbsolute(within) || within.split(sep)[0] === '..') return pathToFileURL(resolve(folder, file)).href;
  return within.split(sep).map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'))).join('/');
}
