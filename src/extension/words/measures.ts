import { decidingScore as named } from '../../core/report';
import type { AuditSummary, Measure, ProbeId, RowScore, Score } from '../../core/types';
import type { Translate } from '../l10n';

/** What a row does under a measure, as the lens says it: "reads 99.4". */
export function measureVerb(measure: Measure, t: Translate): string {
  switch (measure) {
    case 'activation':
      return t('reads');
    case 'push':
      return t('pushes');
    case 'activation+push':
      return t('reads and pushes');
    case 'projection-difference':
      return t('projects');
    case 'trait-likelihood':
      return t('likelier');
  }
}

/** The score that decides the row's rank: the one that the summary names, the first one before there is a summary. */
export function decidingScore(row: RowScore, summary: AuditSummary | null): Score | undefined {
  return (summary && named(row, summary)) ?? row.scores[0];
}

/** What the card calls a probe; its id while that is not known. */
export function probeName(id: ProbeId, summary: AuditSummary | null): string {
  return summary?.probes.find((probe) => probe.id === id)?.name ?? id;
}
