import type { AuditSettings } from '../protocol';

/** Settings of an audit that nothing was said about. */
export const defaultSettings: AuditSettings = {
  model: null,
  adapter: null,
  card: null,
  ordinary: null,
  maxTokens: 2048,
  mapping: null,
  trainOn: 'all',
  systemPrompt: null,
  template: { kind: 'model' },
  measures: ['activation', 'loss'],
  cache: null,
  threads: null,
  device: 'auto',
};
