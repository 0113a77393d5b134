/**
 * Bad rows planted among ordinary ones, at each level: flagged, expected, false, missed.
 * usage: npm run mixtures -- [--rows 300] [--cache FOLDER]
 * The real rows are Alpaca instructions where the test fixtures are at hand, and always the sample's.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AuditService } from '../src/audit/service';
import { type RealRows, auditMixture, instructionRows, sampleRows } from '../test/support/mixtures/real';
import { judgeMixture, plantedCounts, settings, syntheticScores } from '../test/support/mixtures/synthetic';
import { mixtureTable } from '../test/support/mixtures/table';

const { values: flags } = parseArgs({ options: { rows: { type: 'string', default: '300' }, cache: { type: 'string' } } });
const calibrators = 60;
const root = process.cwd();

async function main(): Promise<void> {
  console.log(`6,000 synthetic ordinary rows, bad ones planted\n${mixtureTable(settings.flatMap((setting) => plantedCounts.map((planted) => judgeMixture(setting.name, syntheticScores(setting, 6000, planted, `1/${setting.name}`)))))}\n`);
  const folder = flags.cache ?? mkdtempSync(join(tmpdir(), 'persona-lens-mixtures-'));
  mkdirSync(folder, { recursive: true });
  const service = new AuditService({ modelsFolder: join(root, 'models') });
  try {
    for (const rows of [instructionRows(root), sampleRows(root)]) if (rows) await judgeReal(service, rows, folder);
  } finally {
    service.dispose();
    if (flags.cache === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function judgeReal(service: AuditService, source: RealRows, folder: string): Promise<void> {
  const rows = Math.min(Number(flags.rows), source.ordinary.length - calibrators);
  const judged = [];
  for (const kind of Object.keys(source.bad)) {
    for (const level of [0, calibrators]) {
      for (const planted of [0, 2, 10]) judged.push(await auditMixture(service, source, { kind, planted, calibrators: level, rows }, { folder, most: calibrators }));
    }
  }
  console.log(`${rows} real ordinary rows through the engine, cut at 512 tokens\n${mixtureTable(judged)}\n`);
}

void main();
