import type { AuditProgress, AuditStage } from '../../protocol';
import type { Translate } from '../l10n';
import { countWords } from './numbers';

/** One line for a progress notification: the stage, rows, rows a second, time left. */
export function progressWords({ stage, done, total, rowsPerSecond, secondsLeft }: AuditProgress, t: Translate): string {
  return [
    stageWords(stage, t),
    ...(total > 0 ? [`${countWords(done)}/${countWords(total)}`] : []),
    ...(rowsPerSecond === null ? [] : [t('{0} rows/s', rowsPerSecond >= 10 ? countWords(rowsPerSecond) : rowsPerSecond.toFixed(1))]),
    ...(secondsLeft === null ? [] : [timeLeft(secondsLeft, t)]),
  ].join(' · ');
}

export function stageWords(stage: AuditStage, t: Translate): string {
  switch (stage) {
    case 'reading':
      return t('reading the file');
    case 'loading the model':
      return t('loading the model');
    case 'reading ordinary rows':
      return t('reading trusted rows');
    case 'activations':
      return t('activations');
    case 'spans':
      return t('phrases');
    case 'losses':
      return t('losses');
    case 'pushes':
      return t('push');
    case 'scoring':
      return t('scoring');
    case 'comparing blocks':
      return t('comparing blocks');
    case 'training the card':
      return t('training the card');
  }
}

function timeLeft(seconds: number, t: Translate): string {
  if (seconds < 90) return t('{0} s left', Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? t('{0} min left', minutes) : t('{0} h left', (minutes / 60).toFixed(1));
}
