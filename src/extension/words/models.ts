import type { CheckTopic } from '../../core/types';
import type { ListedModel } from '../../protocol';
import type { Translate } from '../l10n';
import { megabytes } from './numbers';

/** Architecture and size of a model, or that it cannot be used. */
export function modelWords({ architecture, bytes, problem }: ListedModel, t: Translate): string {
  return problem === null && architecture !== null && bytes !== null ? t('{0}, {1}', architecture, megabytes(bytes)) : t('cannot be used');
}

/** Why it cannot be used, or where it lies. */
export function modelDetail({ folder, problem }: ListedModel, t: Translate): string {
  return problem ?? folder ?? t('comes with Persona Lens');
}

/** What a check looks at after what it just found. */
export function checkingWords(found: CheckTopic | null, t: Translate): string {
  switch (found) {
    case null:
    case 'architecture':
    case 'source format':
    case 'memory':
    case 'tokenizer':
      return t('reading the model’s files');
    case 'chat template':
      return t('loading the model');
    case 'device':
    case 'adapter':
    case 'hook points':
      return t('comparing fused and plain operators');
    case 'parity':
    case 'loss':
    case 'speed':
    case 'default card':
      return t('measuring');
  }
}
