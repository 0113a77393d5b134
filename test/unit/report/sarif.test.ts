import sarifSchema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log, Result, Run } from 'sarif';
import { describe, expect, test } from 'vitest';
import { type SarifInput, markedRows, offsetsOf, sarifFailedRun, sarifLog, sarifRun, textPlaces } from '../../../src/core/report';
import type { RowScore } from '../../../src/core/types';
import { row, summary } from '../cli/support';
import { reportWith } from './support';

const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false }); // one pattern of the schema is no regular expression with the u flag
addFormats(ajv);
const validate = ajv.compile<Log>(sarifSchema);

function valid(log: Log): Log {
  // As a reader gets it.
  const read = JSON.parse(JSON.stringify(log)) as Log;
  expect(validate(read) ? [] : validate.errors).toEqual([]);
  return read;
}

function inputOf(changes: Partial<SarifInput> = {}): SarifInput {
  const { sections: _sections, ...report } = reportWith('plain');
  return { ...report, uri: 'data/train.jsonl', place: (offset) => ({ line: 1, column: offset + 1 }), previews: false, ...changes };
}

const runOf = (changes: Partial<SarifInput> = {}): Run => valid(sarifLog([sarifRun(inputOf(changes))])).runs[0]!;
const regionOf = ({ locations }: Result) => locations![0]!.physicalLocation!.region;

/** The run over a document, with the places of its rows. */
async function runOver(document: string, rows: RowScore[], changes: Partial<SarifInput> = {}): Promise<Run> {
  const ranked = summary({ rows: rows.length, scored: rows.length });
  const place = await textPlaces([document], offsetsOf(markedRows(rows, ranked, Infinity)));
  return runOf({ summary: ranked, rows, place, top: Infinity, ...changes });
}

const rangeOf = (document: string, text: string) => ({ start: document.indexOf(text), end: document.indexOf(text) + text.length });

describe('a SARIF run', () => {
  test('flagged rows are warnings with their numbers; others are no results; problems are results of their own rule', () => {
    const { results, tool, columnKind, invocations } = runOf();
    const [flagged, problem, ...others] = results!;
    expect(others).toEqual([]);
    expect(flagged).toMatchObject({ ruleId: 'calibrated/activation/trained', kind: 'fail', level: 'warning', rank: 99.4, partialFingerprints: { 'recordHash/v1': 'hash-0' } });
    expect(flagged!.message.text).toMatch(/^#1 of 3: p \.016 against 60 rows of your own; 99\.4 % of reference rows are below it.*5 % of 200 null probes.*Loss 2\.00 nats.*not a finding that it is bad\.$/);
    expect(problem).toMatchObject({ ruleId: 'problem/broken-json', level: 'warning', message: { text: 'plain' } });
    expect(regionOf(problem!)).toEqual({ startLine: 4 });
    for (const { ruleId, ruleIndex } of results!) expect(tool.driver.rules![ruleIndex!]!.id).toBe(ruleId);
    expect(columnKind).toBe('utf16CodeUnits');
    expect(invocations).toMatchObject([{ executionSuccessful: true }]);
  });

  test('rows of a ranking are to review, as many as asked for, and claim no error rate', () => {
    const rows = [row(0, 1, { rank: 3 }), row(1, 9, { rank: 1 }), row(2, 5, { rank: 2 })];
    const { results, tool } = runOf({ summary: summary(), rows, top: 2 });
    expect(results!.map(({ properties }) => properties!['index'] as number)).toEqual([1, 2]);
    for (const { kind, level, ruleId, message } of results!) {
      expect([kind, level, ruleId]).toEqual(['review', 'none', 'ranked/activation/trained']);
      expect(message.text).toMatch(/to review: .*no error rate is claimed\.$/);
    }
    expect(tool.driver.rules!.map(({ id }) => id)).toEqual(['ranked/activation/trained']);
  });

  test('a row that is calibrated but not flagged claims no more than its place in the ranking', () => {
    const { results, tool } = runOf({ summary: summary(), rows: [row(0, 1, { level: 'calibrated', deciding: { p: 0.3 } })] });
    expect(results).toMatchObject([{ ruleId: 'ranked/activation/trained', kind: 'review' }]);
    expect(tool.driver.rules!.map(({ id }) => id)).toContain('calibrated/activation/trained');
  });

  test('each probe of the card has a rule that says what a mark may and may not claim; the deciding one is enabled', () => {
    const probes = [{ id: 'trained', name: 'Trained probe', measure: 'activation' as const }, { id: 'other', name: 'Other', measure: 'push' as const }];
    const { rules } = runOf({ summary: summary({ probes }) }).tool.driver;
    expect(rules!.filter(({ id }) => id.startsWith('ranked/')).map(({ id, defaultConfiguration }) => [id, defaultConfiguration!.enabled])).toEqual([['ranked/activation/trained', true], ['ranked/push/other', false]]);
    for (const { help } of rules!) expect(help!.text).toMatch(/May not say: .*has not been found good/);
  });

  test('says with what it was made and what chance gives', () => {
    const { properties, automationDetails, artifacts } = runOf();
    expect(properties).toMatchObject({ verdict: 'more than chance', keys: { vector: 'vector-key', score: 'score-key' }, chance: { expected: 4.918 }, card: { sha256: 'cc' }, engine: { model: 'plain' }, alternatives: { lossCorrelation: 0.424 } });
    expect(automationDetails!.id).toBe('persona-lens/data/train.jsonl/');
    expect(artifacts).toMatchObject([{ location: { uri: 'data/train.jsonl', uriBaseId: '%SRCROOT%' }, hashes: { 'sha-256': 'aa' } }]);
  });

  test("holds no row's text unless asked", () => {
    const secret = [row(0, 1, { preview: { prompt: 'SECRET', response: 'SECRET' }, phrases: [{ text: 'SECRET', range: { start: 0, end: 1 }, share: 1 }] })];
    expect(JSON.stringify(runOf({ summary: summary(), rows: secret }))).not.toContain('SECRET');
    expect(JSON.stringify(runOf({ summary: summary(), rows: secret, previews: true }).results)).toContain('SECRET');
  });

  test('no text from outside becomes a link, a placeholder or a control character', () => {
    const problems = [{ line: 1, reason: 'wrong-type' as const, message: 'fields: [click](http://b), {0}\u001b[2J' }];
    expect(runOf({ summary: summary({ problems }), rows: [] }).results![0]!.message.text).toBe('fields: [click\\](http://b), {{0}}␛[2J');
  });

  test('a file outside of the folder has no base', () => {
    const [result] = runOf({ uri: 'file:///data/train.jsonl' }).results!;
    expect(result!.locations![0]!.physicalLocation!.artifactLocation).toEqual({ uri: 'file:///data/train.jsonl', index: 0 });
  });

  test('a file that could not be audited is a failed run without results', () => {
    const [run] = valid(sarifLog([sarifFailedRun({ uri: 'absent.jsonl', reason: 'not-found', message: 'There is no file absent.jsonl.', tool: { name: 'persona-lens', version: '1.0.0' } })])).runs;
    expect(run!.results).toBeUndefined();
    expect(run!.invocations).toMatchObject([{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error', descriptor: { id: 'not-found' } }] }]);
  });

  test('the same data give the same log', () => {
    expect(JSON.stringify(sarifRun(inputOf()))).toBe(JSON.stringify(sarifRun(inputOf())));
  });
});

describe('places', () => {
  test('rows after CRLF, emoji and a combining letter: columns count UTF-16 code units', async () => {
    const document = '{"a":"😀é"}\r\n\r\n  {"b":"🧑‍🔧 x"}\r\n';
    const rows = [row(0, 1, { range: rangeOf(document, '{"a":"😀é"}') }), row(1, 2, { range: rangeOf(document, '{"b":"🧑‍🔧 x"}'), spans: [rangeOf(document, '🧑‍🔧')], rank: 2 })];
    const [first, second] = (await runOver(document, rows)).results!;
    expect(regionOf(first!)).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 12 });
    expect(regionOf(second!)).toEqual({ startLine: 3, startColumn: 9, endLine: 3, endColumn: 14 });
    expect(second!.locations![0]!.physicalLocation!.contextRegion).toEqual({ startLine: 3, startColumn: 3, endLine: 3, endColumn: 18 });
  });

  test('an element of a JSON list over several lines', async () => {
    const document = '[\n  {\n    "a": 1\n  },\n  {"b": 2}\n]\n';
    const [first, second] = (await runOver(document, [row(0, 1, { range: rangeOf(document, '{\n    "a": 1\n  }') }), row(1, 0, { range: rangeOf(document, '{"b": 2}') })])).results!;
    expect(regionOf(first!)).toEqual({ startLine: 2, startColumn: 3, endLine: 4, endColumn: 4 });
    expect(regionOf(second!)).toEqual({ startLine: 5, startColumn: 3, endLine: 5, endColumn: 11 });
  });

  test('a pair: scored as chosen minus rejected, with the spans of both sides', async () => {
    const document = '{"chosen": "good words", "rejected": "bad words, again bad"}';
    const side = { value: 1, percentile: 50, spans: null, phrases: null };
    const pair = row(0, 1, {
      range: { start: 0, end: document.length },
      spans: [rangeOf(document, 'good'), rangeOf(document, 'words')],
      sides: { chosen: { ...side, value: 2 }, rejected: { ...side, spans: [rangeOf(document, 'bad')] } },
    });
    const [result] = (await runOver(document, [pair])).results!;
    expect(result!.message.text).toContain('chosen minus rejected');
    expect(result!.properties).toMatchObject({ sides: { chosen: 2, rejected: 1 } });
    expect(regionOf(result!)).toMatchObject({ startColumn: 13, endColumn: 17 });
    expect(result!.relatedLocations!.map(({ physicalLocation, message }) => [physicalLocation!.region!.startColumn, message!.text])).toEqual([
      [18, 'The marked span goes on here.'],
      [39, 'The marked span of the rejected side.'],
    ]);
  });

  test('are the same however the text is cut into pieces', async () => {
    const document = 'ab\r\nc\n\n\u{1f600}d\n';
    const offsets = Array.from({ length: document.length + 2 }, (_, offset) => offset);
    const whole = await textPlaces([document], offsets);
    for (let size = 1; size < 5; size++) {
      const pieces = Array.from({ length: Math.ceil(document.length / size) }, (_, i) => document.slice(i * size, (i + 1) * size));
      const cut = await textPlaces(pieces, offsets);
      expect(offsets.map(cut)).toEqual(offsets.map(whole));
    }
    expect(whole(4)).toEqual({ line: 2, column: 1 });
    expect(whole(7)).toEqual({ line: 4, column: 1 });
    expect(whole(document.length + 1)).toEqual({ line: 5, column: 1 });
  });
});
