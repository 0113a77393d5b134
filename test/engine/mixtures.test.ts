import { afterAll, describe, expect, it } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { folderWith } from '../support/folder';
import { type RealMixture, auditMixture, sampleRows } from '../support/mixtures/real';
import type { MixtureRow } from '../support/mixtures/row';
import { mixtureTable } from '../support/mixtures/table';
import { modelsFolder, root } from '../support/paths';

const service = new AuditService({ modelsFolder });
afterAll(() => service.dispose());

/** The short form of `npm run mixtures`: whole rows of the sample: what is cut off cannot be found. */
describe('bad rows among real ones, through the engine', () => {
  it('are on top, and the ordinary rows among the flagged are as many as chance gives', async () => {
    const source = sampleRows(root);
    const folder = folderWith();
    const judged: MixtureRow[] = [];
    const mixtures: RealMixture[] = [0, 40].flatMap((calibrators) => [0, 2, 10].map((planted) => ({ kind: 'ill-meaning', planted, calibrators, rows: 60 })));
    for (const mixture of mixtures) judged.push(await auditMixture(service, source, mixture, { folder, most: 40, maxTokens: 512 }));
    console.log(mixtureTable(judged));

    const [ranked, calibrated] = [judged.slice(0, 3), judged.slice(3)];
    for (const row of ranked) expect(row).toMatchObject({ level: 'ranked', verdict: 'ranked', flagged: 0, expected: null });
    for (const row of judged) expect(row.onTop).toBeGreaterThanOrEqual(Math.ceil(0.8 * row.planted));
    for (const { falseFlags, interval, verdict, upperTail, atQ, qWords, missed, planted } of calibrated) {
      expect(falseFlags >= interval![0] && falseFlags <= interval![1], `${falseFlags} in ${interval!.join('-')}`).toBe(true);
      expect(verdict).toBe(upperTail! <= 0.05 ? 'more than chance' : 'as expected by chance');
      expect(missed).toBeLessThanOrEqual(Math.ceil(0.3 * planted));
      if (atQ === 0) expect(qWords).toMatch(/^not decidable/);
    }
    expect(new Set(calibrated.map(({ falseFlags }) => falseFlags)).size).toBe(1);
  }, 600_000);
});
