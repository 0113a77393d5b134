import type { Log, Run } from 'sarif';
import type { ReportInput } from '../provenance';
import { verdictWords } from '../sentences';
import type { TextPlace } from '../textPlaces';
import { plainMessage } from './message';
import { markResult, markedRows, problemResult } from './results';
import { rulesOf } from './rules';

/** Relative paths are relative to the folder in which the audit ran, which is not named: a consumer maps it to its own. */
const baseId = '%SRCROOT%';

export interface SarifInput extends Omit<ReportInput, 'sections'> {
  /** Of the audited file: relative with percent-encoded segments, or absolute (`file:`). */
  uri: string;
  /** Where an offset of the document stands; `offsetsOf(markedRows(...))` are asked for. */
  place(offset: number): TextPlace;
  /** Give the first words of prompt and answer. Without it no text of a row is in the log. */
  previews: boolean;
  /** What else the command line found, such as the outcome of its conditions. */
  properties?: Readonly<Record<string, unknown>>;
}

/** An audited file as a run of SARIF 2.1.0, from data alone: the same data give the same run. */
export function sarifRun(input: SarifInput): Run {
  const { summary, rows, provenance, uri, top, place, previews } = input;
  const rules = rulesOf(summary, rows, provenance);
  const indices = new Map(rules.map(({ id }, index) => [id, index]));
  const location = locationOf(uri);
  const placing = { place, artifact: { ...location, index: 0 }, ruleIndex: (id: string) => indices.get(id) ?? -1, previews };
  const { audited, ordinary, card, adapter, key, settings, tool } = provenance;
  return {
    ...common(tool, uri),
    tool: { driver: { ...driver(tool), rules } },
    invocations: [{ executionSuccessful: summary.verdict !== 'could not run', commandLine: provenance.command, endTimeUtc: provenance.made }],
    artifacts: [{ location: { ...location }, length: audited.bytes, hashes: { 'sha-256': audited.sha256 }, encoding: 'utf-8', roles: ['analysisTarget'] }],
    results: [
      ...markedRows(rows, summary, top).map((row) => markResult(row, summary, placing)),
      ...summary.problems.map((problem) => problemResult(problem, placing)),
    ],
    properties: {
      verdict: summary.verdict,
      verdictText: verdictWords(summary),
      advice: summary.advice,
      level: summary.level,
      deciding: summary.deciding,
      rows: summary.rows,
      scored: summary.scored,
      flagged: summary.flagged,
      chance: summary.chance,
      beyondReference: summary.beyondReference,
      alternatives: summary.alternatives,
      engine: summary.engine,
      keys: summary.keys,
      card: card && { name: card.name, sha256: card.sha256 },
      adapter: adapter && { bytes: adapter.bytes, sha256: adapter.sha256 },
      ordinary: ordinary && { bytes: ordinary.bytes, sha256: ordinary.sha256 },
      key: key && { bytes: key.bytes, sha256: key.sha256 },
      settings,
      ...input.properties,
    },
  };
}

/** A file that could not be audited: a run without results, which is not a run that found none. */
export function sarifFailedRun({ uri, reason, message, tool }: { uri: string; reason: string; message: string; tool: ReportInput['provenance']['tool'] }): Run {
  return {
    ...common(tool, uri),
    tool: { driver: driver(tool) },
    invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ descriptor: { id: reason }, level: 'error', message: plainMessage(message), locations: [{ physicalLocation: { artifactLocation: locationOf(uri) } }] }] }],
  };
}

export function sarifLog(runs: Run[]): Log {
  return { $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json', version: '2.1.0', runs };
}

function common({ name }: { name: string }, uri: string): Pick<Run, 'automationDetails' | 'columnKind' | 'newlineSequences' | 'originalUriBaseIds'> {
  return {
    automationDetails: { id: `${name}/${uri}/` },
    columnKind: 'utf16CodeUnits',
    newlineSequences: ['\r\n', '\n'],
    originalUriBaseIds: { [baseId]: { description: { text: 'The folder in which the audit ran.' } } },
  };
}

function driver({ version }: { version: string }): Run['tool']['driver'] {
  return { name: 'Persona Lens', version, semanticVersion: version, language: 'en' };
}

function locationOf(uri: string): { uri: string; uriBaseId?: string } {
  return /^[a-z][a-z\d+.-]*:/i.test(uri) ? { uri } : { uri, uriBaseId: baseId };
}
