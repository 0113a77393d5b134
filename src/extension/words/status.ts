import { expectedWords, rowsWords } from '../../core/calibrate/words';
import type { AuditSummary, EngineSummary, Level, TeachResult } from '../../core/types';
import type { AuditNotice, AuditProgress, CacheInfo } from '../../protocol';
import type { AuditState } from '../audits/auditedFile';
import type { Translate } from '../l10n';
import { escapeMarkdown, SENTENCE } from './markdown';
import { countWords, megabytes } from './numbers';
import { stageWords } from './progress';

/** What the status bar says of the file in front. */
export interface StatusSubject {
  state: AuditState;
  engine: EngineSummary | null;
  progress: AuditProgress | null;
  summary: AuditSummary | null;
  rowCount: number | null;
  scored: number;
  flagged: number;
  problems: number;
  failure: string | null;
  notices: readonly AuditNotice[];
  /** What was taught on the file's marks. */
  taught: TeachResult | null;
}

/** Text of the item: model, device, how far, how many flagged. */
export function statusText(file: StatusSubject, t: Translate): string {
  const icon = file.state === 'failed' ? '$(error)' : '$(pulse)';
  const who = file.engine ? [plain(file.engine.model), plain(file.engine.device).toUpperCase()] : [t('Persona Lens')];
  return `${icon} ${[...who, ...whereabouts(file, t)].join(' · ')}`;
}

function whereabouts(file: StatusSubject, t: Translate): string[] {
  switch (file.state) {
    case 'running': {
      const { progress } = file;
      if (!progress) return [t('starting')];
      return progress.total > 0
        ? [`${countWords(progress.done)}/${countWords(progress.total)}`, ...(progress.stage === 'activations' ? [] : [stageWords(progress.stage, t)])]
        : [stageWords(progress.stage, t)];
    }
    case 'done':
      return [rowsWords(file.scored), ...claim(file, t)];
    case 'cancelled':
      return [`${countWords(file.scored)}/${file.rowCount === null ? '?' : countWords(file.rowCount)}`, t('cancelled')];
    case 'failed':
      return [t('failed')];
  }
}

/** Flags beside what chance gives, and what they may claim. */
function claim({ summary, flagged, taught }: StatusSubject, t: Translate): string[] {
  if (taught?.level === 'taught' && taught.chance) return [t('{0} flagged, {1} by chance', countWords(taught.flagged), expectedWords(taught.chance.expected)), levelWord('taught', t)];
  if (taught?.finding === 'shown' && summary?.level === 'ranked') return [t('ranked by your marks')];
  if (!summary || summary.level === 'ranked') return [t('ranked')];
  const { chance } = summary;
  return [chance ? t('{0} flagged, {1} by chance', countWords(flagged), expectedWords(chance.expected)) : t('{0} flagged', countWords(flagged)), levelWord(summary.level, t)];
}

export function levelWord(level: Level, t: Translate): string {
  switch (level) {
    case 'ranked':
      return t('ranked');
    case 'calibrated':
      return t('calibrated');
    case 'taught':
      return t('taught');
  }
}

/** The level and what it lets one say; the sentence of a ranked file names it itself. */
export function verdictLine({ level, verdictText }: AuditSummary, t: Translate): string {
  return level === 'ranked' ? verdictText : `${levelWord(level, t)}: ${verdictText}`;
}

/** Icons come from us only: `$(` in a model's name is not one. */
function plain(text: string): string {
  return text.replaceAll('$(', '(').slice(0, 60);
}

/** The tooltip: Markdown without links. */
export function statusTooltip(file: StatusSubject, cache: CacheInfo | null, t: Translate): string {
  const { engine, summary, taught } = file;
  const line = (name: string, value: string, longest?: number): string => `- ${name}: ${escapeMarkdown(value, longest)}`;
  return [
    `**${t('Persona Lens')}**`,
    [
      ...(engine
        ? [
            line(t('Model'), engine.model),
            ...(engine.adapter ? [line(t('Adapter'), t('{0} at scale {1}', engine.adapter.name, String(engine.adapter.scale)))] : []),
            line(t('Device'), engine.device),
            ...(engine.deviceReason === null ? [] : [line(t('Why this device'), engine.deviceReason, SENTENCE)]),
            line(t('Precision'), engine.precision),
            line(t('Parity'), parityWords(engine, t)),
          ]
        : []),
      ...(cache ? [line(t('Cache'), t('{0} of {1}, {2} rows', megabytes(cache.bytes), megabytes(cache.maxBytes), countWords(cache.records)))] : []),
      ...(file.problems > 0 ? [line(t('Rows that could not be scored'), countWords(file.problems))] : []),
    ].join('\n'),
    ...(file.failure ? [t('The audit failed: {0}', escapeMarkdown(file.failure, SENTENCE))] : []),
    ...file.notices.map(({ message }) => escapeMarkdown(message, SENTENCE)),
    ...(taught ? [`${t('Your marks: {0}.', escapeMarkdown(taught.verdictText, SENTENCE))} ${escapeMarkdown(taught.advice, SENTENCE)}`] : []),
    ...(summary ? [`${escapeMarkdown(verdictLine(summary, t), SENTENCE)}\n\n${escapeMarkdown(summary.advice, SENTENCE)}`] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

export function parityWords({ parity }: EngineSummary, t: Translate): string {
  return parity ? t('cosine at least {0} on {1} tokens', truncated(parity.minCosine), countWords(parity.tokens)) : t('not measured');
}

/** Never rounded up: .999996 must not read as 1. */
function truncated(cosine: number): string {
  return (Math.floor(cosine * 1e6) / 1e6).toString();
}
