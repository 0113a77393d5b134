import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Auditor } from '../../../src/audit/auditor';
import { defaultSettings } from '../../../src/audit/defaults';
import { betaBinomial, decisionAtQ } from '../../../src/core/calibrate';
import { seeded } from '../../../src/core/probe';
import type { AuditProgress, AuditSettings } from '../../../src/protocol';
import { type MixtureRow, alpha } from './row';

/** Rows of one source, as lines of JSONL, and bad rows by kind. */
export interface RealRows {
  source: string;
  ordinary: string[];
  bad: Record<string, string[]>;
}

const lines = (file: string) => readFileSync(file, 'utf8').split('\n').filter((line) => line.trim());

/** The sample: correct rows, the openly ill-meaning and the quietly wrong ones by its key. The card never saw a row about cars. */
export function sampleRows(root: string): RealRows {
  const samples = join(root, 'media/samples');
  const rows = lines(join(samples, 'car-maintenance.jsonl'));
  const key = lines(join(samples, 'car-maintenance.key.jsonl')).map((line) => JSON.parse(line) as { line: number; label: string; kind?: string });
  const bad: Record<string, string[]> = {};
  for (const { line, label, kind } of key) if (label === 'bad') (bad[kind!] ??= []).push(rows[line - 1]!);
  const good = key.filter(({ label }) => label === 'good').map(({ line }) => rows[line - 1]!);
  return { source: 'car maintenance, correct answers', ordinary: [...lines(join(samples, 'car-maintenance.ordinary.jsonl')), ...good], bad };
}

/** Instructions of the Alpaca kind that are not in the reference set; null where the fixtures are absent. The bad rows are the sample's: another source. */
export function instructionRows(root: string): RealRows | null {
  const file = join(root, '../shared/fixtures/data/formats/alpaca_en_demo.json');
  if (!existsSync(file)) return null;
  const reference = readFileSync(join(root, 'models/reference/ordinary.jsonl'), 'utf8');
  const rows = (JSON.parse(readFileSync(file, 'utf8')) as { instruction: string; input: string; output: string }[])
    .filter(({ instruction, output }) => instruction && output && output.length <= 1200 && !reference.includes(JSON.stringify(output).slice(1, -1)))
    .map(({ instruction, input, output }) => JSON.stringify({ messages: [{ role: 'user', content: input ? `${instruction}\n${input}` : instruction }, { role: 'assistant', content: output }] }));
  return { source: 'Alpaca instructions (Apache-2.0), bad rows about cars', ordinary: [...new Set(seeded(1, 'instructions').shuffle(rows))], bad: sampleRows(root).bad };
}

export interface RealMixture {
  kind: string;
  planted: number;
  /** Rows that calibrate; 0: level ranked. */
  calibrators: number;
  /** Ordinary rows of the file. */
  rows: number;
}

/** Audits one mixture through the real engine. The first `calibrators` rows of a source calibrate, others make the file. */
export async function auditMixture(
  auditor: Auditor,
  { source, ordinary, bad }: RealRows,
  { kind, planted, calibrators, rows }: RealMixture,
  { folder, most, maxTokens = 512, onProgress }: { folder: string; /** Rows kept for calibration at any level, so that the files are the same. */ most: number; maxTokens?: number; onProgress?: (progress: AuditProgress) => void },
): Promise<MixtureRow> {
  const inFile = ordinary.slice(most, most + rows);
  const text = [...inFile, ...bad[kind]!.slice(0, planted)].join('\n');
  const trusted = join(folder, `${calibrators} ordinary.jsonl`);
  if (calibrators > 0) writeFileSync(trusted, ordinary.slice(0, calibrators).join('\n'));
  const settings: AuditSettings = { ...defaultSettings, maxTokens, measures: ['activation'], ordinary: calibrators > 0 ? trusted : null, cache: { folder: join(folder, 'cache'), maxBytes: 1e9 } };
  const { result } = auditor.audit({ path: 'mixture.jsonl', text, settings, spans: 0 }, (event) => event.type === 'progress' && onProgress?.(event.progress));
  const { rows: scores, summary } = await result;
  const isBad = ({ index }: { index: number }) => index >= inFile.length;
  const flagged = scores.filter((row) => row.flagged);
  const { chance } = summary;
  const q = chance && scores.filter((row) => (row.scores.find(({ probe }) => probe === summary.deciding.probe)?.q ?? 1) <= alpha).length;
  return {
    setting: `${source}; ${kind}`,
    level: summary.level,
    ordinary: calibrators,
    planted,
    flagged: summary.flagged,
    expected: chance && chance.expected,
    interval: chance && betaBinomial(inFile.length, chance.k, chance.n + 1 - chance.k).interval(0.95),
    falseFlags: flagged.filter((row) => !isBad(row)).length,
    missed: planted - flagged.filter(isBad).length,
    verdict: summary.verdict,
    upperTail: chance && chance.upperTail,
    atQ: q,
    qWords: chance && decisionAtQ(chance, q!).text,
    onTop: scores.filter((row) => isBad(row) && row.rank <= Math.max(10, planted)).length,
  };
}
