/**
 * Bad rows planted among ordinary ones at each level: how many are flagged, expected, false and missed, and whether the ordinary rows
 * among the flagged are as many as chance gives. usage: npm run mixtures -- [--rows 300] [--cache FOLDER]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuditService } from '../src/audit/service';
import { type MixtureFile, judgeReal } from '../test/support/mixtures/real';
import { type RealRows, carRows, projectRows } from '../test/support/mixtures/realRows';
import type { MixtureRow } from '../test/support/mixtures/row';
import { judgeMixture, plantedCounts, settings, syntheticScores } from '../test/support/mixtures/synthetic';
import { mixtureTable } from '../test/support/mixtures/table';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '300' }, cache: { type: 'string' } } });
const root = process.cwd();
const syntheticRows = 6000;
const trusted = 60;
const planted = [0, 2, 10];

async function main(): Promise<void> {
  const synthetic = settings.flatMap((setting) => plantedCounts.map((count) => judgeMixture(setting.name, syntheticScores(setting, syntheticRows, count, `1/${setting.name}`))));
  console.log(`${syntheticRows} synthetic ordinary rows, bad ones planted\n${mixtureTable(synthetic)}\n`);
  const folder = flags.cache ?? mkdtempSync(join(tmpdir(), 'persona-lens-mixtures-'));
  mkdirSync(folder, { recursive: true });
  const service = new AuditService({ modelsFolder: join(root, 'models') });
  try {
    await tellReal(service, projectRows(root), { folder, trusted, rows: Number(flags.rows), mostPlanted: Math.max(...planted) });
    const cars = carRows(root);
    await tellReal(service, cars, { folder, trusted, rows: Math.min(Number(flags.rows), cars.ordinary.length - trusted), mostPlanted: Math.max(...planted) });
  } finally {
    service.dispose();
    if (flags.cache === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function tellReal(service: AuditService, source: RealRows, file: MixtureFile): Promise<void> {
  const started = performance.now();
  const judged: MixtureRow[] = [];
  for (const kind of Object.keys(source.bad)) {
    for (const level of ['ranked', 'calibrated', 'taught'] as const) for (const count of planted) judged.push(await judgeReal(service, source, file, { kind, level, planted: count }));
  }
  console.log(`${file.rows} real ordinary rows through the engine, ${((performance.now() - started) / 1000).toFixed(0)} s\n${mixtureTable(judged)}\n`);
}

void main();
