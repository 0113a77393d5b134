import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { provenanceOf } from '../../src/cli/provenance';
import { sha256File } from '../../src/base/hash';
import { countFeatures, seeded, unpack } from '../../src/core/probe';
import { readDataset } from '../../src/core/dataset';
import { markdownReport, reportBlocks } from '../../src/core/report';
import type { LabelledHash, PersonaCard, TaughtFinding, TaughtProbe } from '../../src/core/types';
import type { AuditResult, AuditSettings, TaughtFile } from '../../src/protocol';
import { cacheIn, settings } from '../support/auditing';
import { folderWith } from '../support/folder';
import { modelsFolder, samples } from '../support/paths';

const service = new AuditService({ modelsFolder });
afterAll(() => service.dispose());

const head = (file: string, count: number) => readFileSync(join(samples, file), 'utf8').split('\n').slice(0, count);
const key = head('car-maintenance.key.jsonl', 80).map((line) => JSON.parse(line) as { label: 'good' | 'bad' });
const cars = head('car-maintenance.jsonl', 80);
const folder = folderWith({
  'cars.jsonl': cars.join('\n'),
  'chat.jsonl': head('mixed-chat.jsonl', 20).join('\n'),
  'trusted.jsonl': cars.filter((_, i) => key[i]!.label === 'good').slice(0, 45).join('\n'),
});
const at = (name: string) => join(folder, name);
const common = { cache: cacheIn(at('cache')) };

/** Teaches on the sample under its key's labels, or others, and saves the card. */
async function taughtUnder(labels: readonly ('good' | 'bad')[], name: string): Promise<TaughtFile & { card: PersonaCard }> {
  const request = { path: at('cars.jsonl'), settings: settings(common) };
  const { records } = await readDataset({ path: request.path }, request.settings);
  const marks = records.map(({ hash }, i): LabelledHash => ({ hash, label: labels[i]! }));
  const taught = await service.teach({ ...request, marks, card: { software: 'test 1.0' } }, () => undefined);
  writeFileSync(at(name), JSON.stringify(taught.card));
  return { ...taught, card: taught.card! };
}

/** Audits another file with a saved card. */
async function auditWith(card: string, changes: Partial<AuditSettings> = {}): Promise<AuditResult & { report: string }> {
  const own = settings({ ...common, measures: ['activation'], card: at(card), ...changes });
  const result = await service.audit({ path: at('chat.jsonl'), settings: own, vectors: true }, () => undefined).result;
  const provenance = await provenanceOf({ file: at('chat.jsonl'), settings: own, key: null, modelsFolder, command: 'persona-lens audit' });
  return { ...result, report: markdownReport(reportBlocks([{ summary: result.summary, rows: result.rows, provenance, top: 5 }])) };
}

let own: Awaited<ReturnType<typeof taughtUnder>>;
beforeAll(async () => (own = await taughtUnder(key.map(({ label }) => label), 'own.persona.json')), 600_000);

describe('a card that was taught on one file, on another', () => {
  test('scores each row as its weights say', async () => {
    const { rows, summary, vectors } = await auditWith('own.persona.json');
    expect([own.finding, summary.deciding.probe, rows.length]).toEqual(['shown', 'taught', 20]);
    const probe = own.card.probes[0] as TaughtProbe;
    const { records } = await readDataset({ path: at('chat.jsonl') }, settings());
    for (const [i, row] of rows.entries()) {
      const answers = records[i]!.turns.filter(({ trains }) => trains).map(({ text }) => text);
      expect(row.scores[0]!.value, `line ${row.line}`).toBeCloseTo(byHand(probe, vectors!.rows[i]!.main.activation[probe.hookPoint]!, answers.join('\n')), 4);
      expect(row.scores[0]!.nulls.count).toBe(50);
    }
    expect(new Set(rows.map(({ scores }) => scores[0]!.value.toFixed(3))).size).toBeGreaterThan(15);
  }, 600_000);

  test('says where it was taught, what its folds showed and what else reaches as much, and flags under the error rate of trusted rows', async () => {
    const { summary, report } = await auditWith('own.persona.json', { ordinary: at('trusted.jsonl') });
    expect(summary.level).toBe('calibrated');
    expect(summary.deciding.taught).toMatchObject({ file: 'cars.jsonl', good: own.marks.good, bad: own.marks.bad, finding: 'shown' });
    expect(report).toContain(`${key.length} rows of cars.jsonl, SHA-256 ${await sha256File(at('cars.jsonl'))}`);
    const { auroc, tfidf, loss, length } = own.figures!;
    const words = ({ value }: { value: number }) => value.toFixed(2).replace(/^0/, '');
    const line = (name: string) => report.split('\n').find((text) => text.includes(name))!;
    expect(line('Its evidence')).toMatch(new RegExp(`held-out AUROC ${words(auroc)}.*TF-IDF ${words(tfidf)}.*loss ${words(loss!)}.*length ${words(length)}.*5 folds by question over ${own.figures!.groups} questions`));
    expect(report).toContain('The card was validated on: held-out marks of cars.jsonl');
    // What teaching said of the rows of its own file holds of no other.
    expect(own.verdictText).toMatch(/every row of the file is marked/);
    expect(report).not.toContain('every row of the file is marked');
  }, 600_000);

  test('claims nothing where its folds show nothing: no flag and no rate, also with trusted rows', async () => {
    const shuffled = await taughtUnder(seeded('taught card', 'labels').shuffle(key.map(({ label }) => label)), 'shuffled.persona.json');
    expect(shuffled.finding).toBe('not beyond chance' satisfies TaughtFinding);
    const { summary, rows, report } = await auditWith('shuffled.persona.json', { ordinary: at('trusted.jsonl') });
    expect(summary).toMatchObject({ level: 'ranked', verdict: 'ranked', flagged: 0, chance: null });
    expect(summary.verdictText).toContain('a card that may claim nothing');
    expect(rows.every(({ level, flagged, scores }) => level === 'ranked' && !flagged && scores.every(({ p, q }) => p === null && q === null))).toBe(true);
    expect(report).toContain('not shown to work: held-out AUROC');
    expect(report).toContain('none: the card may claim nothing');
    expect(report).not.toContain('validated on');
  }, 600_000);
});

/** weights . unit activation + weights . unit-norm TF-IDF + bias, from the card's numbers alone. */
function byHand({ parts, bias }: TaughtProbe, activation: Float32Array, text: string): number {
  return parts.reduce((score, part) => {
    const weights = unpack(part.weights);
    if (part.kernel !== 'text') return score + dot(weights, activation) / Math.sqrt(dot(activation, activation));
    const { bucket, times } = countFeatures(text);
    const idf = unpack(part.idf);
    const support = [...unpack(part.support)];
    const values = [...bucket].map((b, i) => (1 + Math.log(times[i]!)) * idf[b]!);
    const norm = Math.sqrt(dot(values, values));
    const weightOf = (b: number) => (support.includes(b) ? weights[support.indexOf(b)]! : 0);
    return score + [...bucket].reduce((sum, b, i) => sum + (weightOf(b) * values[i]!) / norm, 0);
  }, bias);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}
