import type { CacheInfo, Diagnostics } from '../../protocol';
import { megabytes } from './numbers';

/** What a problem report needs. Made of versions, numbers and settings; nothing of a dataset goes in. */
export interface DiagnosticsSubject {
  extension: string;
  editor: string;
  host: string;
  trusted: boolean;
  /** null where the engine could not be asked; `engineNote` says why. */
  engine: Diagnostics | null;
  engineNote: string | null;
  cache: CacheInfo | null;
  settings: { name: string; value: unknown; isPrivate: boolean }[];
  files: { state: string; rows: number; problems: number; level: string | null }[];
  log: string[];
}

/** Text for the clipboard, in English whatever the editor's language. */
export function diagnosticsText(subject: DiagnosticsSubject): string {
  const { engine, cache } = subject;
  return [
    '### Persona Lens diagnostics',
    '',
    `- extension: ${subject.extension}`,
    `- editor: ${subject.editor}`,
    `- extension host: ${subject.host}`,
    `- workspace trusted: ${subject.trusted ? 'yes' : 'no'}`,
    ...(engine
      ? [`- engine process: ${engine.platform}, Node ${engine.node}, ${megabytes(engine.memory.rssBytes)} resident`, `- runtime: ${engine.runtime}`, ...modelLines(engine)]
      : [`- engine: ${subject.engineNote ?? 'not asked'}`]),
    `- cache: ${cache ? `${megabytes(cache.bytes)} of ${megabytes(cache.maxBytes)}, ${cache.records} rows` : 'unknown'}`,
    ...subject.settings.map(({ name, value, isPrivate }) => `- personaLens.${name}: ${settingWords(value, isPrivate)}`),
    ...subject.files.map(({ state, rows, problems, level }, i) => `- audited file ${i + 1}: ${state}, ${rows} rows scored, ${problems} problems, level ${level ?? 'none'}`),
    '',
    'Last log lines:',
    '```',
    ...(subject.log.length > 0 ? subject.log : ['(none)']),
    '```',
    '',
  ].join('\n');
}

function modelLines({ engine }: Diagnostics): string[] {
  if (!engine) return ['- model: not loaded'];
  const parity = engine.parity ? `cosine ${engine.parity.minCosine} over ${engine.parity.tokens} tokens` : 'not measured';
  return [
    `- model: ${engine.model} (${engine.modelHash.slice(0, 16)})`,
    ...(engine.adapter ? [`- adapter: ${engine.adapter.hash.slice(0, 16)}, scale ${engine.adapter.scale}`] : []),
    `- device: ${engine.device}, precision ${engine.precision}, parity ${parity}`,
    ...(engine.deviceReason === null ? [] : [`- why this device: ${engine.deviceReason}`]),
  ];
}

/** Paths, prompts and field names are the user's own: only whether they are set is told. */
function settingWords(value: unknown, isPrivate: boolean): string {
  if (!isPrivate) return String(value);
  return isEmpty(value) || value === 'model' ? 'default' : 'set';
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
}
