import type { AuditSummary, RowScore } from '../../core/types';
import type { Translate } from '../l10n';
import { hasReason } from './lens';
import { decidingScore, measureVerb, probeName } from './measures';
import { chanceWords, countWords, percentileWords } from './numbers';
import { levelWord } from './status';

/** What stands with a squiggle: how unusual the row is, by which measure, at which level. Nothing of its text, and never that it is bad. */
export function squiggleMessage(row: RowScore, summary: AuditSummary | null, t: Translate): string {
  const score = decidingScore(row, summary);
  if (!score) return '';
  const verb = measureVerb(score.measure, t);
  const name = probeName(score.probe, summary);
  const known = summary?.chance;
  return [
    score.p === null
      ? t('This row {0} higher than {1} % of the bundled reference rows ({2}), and these words carry most of it.', verb, percentileWords(score.percentile), name)
      : t('This row {0} p {1} against your trusted rows ({2}), and these words carry most of it.', verb, chanceWords(score.p), name),
    ...(hasReason(row, 'single-token') ? [t('One token alone holds more than half.')] : []),
    row.level === 'ranked'
      ? t('Level: ranked, no error rate is claimed.')
      : known
        ? t('Level: {0}; {1} rows are flagged, {2} would be by chance.', levelWord(row.level, t), countWords(summary.flagged), known.expected.toFixed(1))
        : t('Level: {0}.', levelWord(row.level, t)),
  ].join(' ');
}
