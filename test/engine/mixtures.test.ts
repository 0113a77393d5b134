import { afterAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { folderWith } from '../support/folder';
import { type RealMixture, judgeReal } from '../support/mixtures/real';
import { carRows } from '../support/mixtures/realRows';
import { type MixtureRow, withinChance } from '../support/mixtures/row';
import { mixtureTable } from '../support/mixtures/table';
import { modelsFolder, root } from '../support/paths';

const service = new AuditService({ modelsFolder });
afterAll(() => service.dispose());

/** The short form of `npm run mixtures`: 40 trusted rows, 60 judged ones. */
describe('bad rows among real ones, through the engine', () => {
  it('are on top, and the ordinary rows among the flagged are as many as chance gives', async () => {
    const file = { folder: folderWith(), trusted: 40, rows: 60, mostPlanted: 10 };
    const judged: MixtureRow[] = [];
    const mixtures = (['ranked', 'calibrated', 'taught'] as const).flatMap((level) => [0, 2, 10].map((planted): RealMixture => ({ kind: 'ill-meaning', level, planted })));
    for (const mixture of mixtures) judged.push(await judgeReal(service, carRows(root), file, mixture));
    console.log(mixtureTable(judged));

    const [ranked, calibrated, taught] = [judged.slice(0, 3), judged.slice(3, 6), judged.slice(6)];
    for (const row of ranked) expect(row).toMatchObject({ level: 'ranked', verdict: 'ranked', flagged: 0, expected: null });
    for (const row of calibrated) expect(row.level).toBe('calibrated');
    for (const row of taught) expect(row).toMatchObject({ level: 'taught', finding: 'shown', atQ: null });
    for (const row of judged) expect(row.onTop).toBeGreaterThanOrEqual(Math.ceil(0.8 * row.planted));
    for (const row of [...calibrated, ...taught]) {
      expect(withinChance(row), `${row.falseFlags} in ${row.interval!.join('-')}`).toBe(true);
      expect(row.verdict).toBe(row.upperTail! <= 0.05 ? 'more than chance' : 'as expected by chance');
      expect(row.missed).toBeLessThanOrEqual(Math.ceil(0.3 * row.planted));
    }
    for (const { atQ, qWords } of calibrated) if (atQ === 0) expect(qWords).toMatch(/^not decidable/);
    // What is planted changes nothing of an ordinary row's p; a taught probe's text features are those of the whole file.
    expect(new Set(calibrated.map(({ falseFlags }) => falseFlags)).size).toBe(1);
  }, 600_000);
});
