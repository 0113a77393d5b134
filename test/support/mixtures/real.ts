import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Auditor } from '../../../src/audit/auditor';
import { defaultSettings } from '../../../src/audit/defaults';
import { readDataset } from '../../../src/core/dataset';
import type { LabelledHash, Level, MarkLabel } from '../../../src/core/types';
import type { AuditSettings } from '../../../src/protocol';
import type { RealRows } from './realRows';
import { type MixtureRow, alpha, mixtureRow } from './row';

/** What all mixtures of a source share: the same ordinary rows are audited at every level, and the same are trusted. */
export interface MixtureFile {
  /** For the vector store, in which a row runs through the model once for all mixtures, and the file of trusted rows. */
  folder: string;
  /** Ordinary rows that calibrate, or are marked good; never among those that are judged. */
  trusted: number;
  /** Ordinary rows that are judged. */
  rows: number;
  /** Bad rows up to here are planted; the later ones of the kind are marked bad at level taught. */
  mostPlanted: number;
}

export interface RealMixture {
  kind: string;
  level: Level;
  planted: number;
}

const path = 'mixture.jsonl';

/** Judges one mixture through the real engine. */
export function judgeReal(auditor: Auditor, source: RealRows, file: MixtureFile, mixture: RealMixture): Promise<MixtureRow> {
  return mixture.level === 'taught' ? teachMixture(auditor, source, file, mixture) : auditMixture(auditor, source, file, mixture);
}

async function auditMixture(auditor: Auditor, source: RealRows, file: MixtureFile, { kind, level, planted }: RealMixture): Promise<MixtureRow> {
  const { trusted, ordinary, bad } = partsOf(source, file, kind, planted);
  const trustedFile = join(file.folder, 'trusted.jsonl');
  writeFileSync(trustedFile, trusted.join('\n'));
  const settings = settingsIn(file, level === 'calibrated' ? trustedFile : null);
  const { result } = auditor.audit({ path, text: [...ordinary, ...bad].join('\n'), settings, spans: 0 }, () => undefined);
  const { rows, summary } = await result;
  const { chance } = summary;
  const deciding = ({ scores }: (typeof rows)[number]) => scores.find(({ probe }) => probe === summary.deciding.probe)!;
  return mixtureRow({
    setting: `${source.source}; ${kind}`,
    level: summary.level,
    ordinary: level === 'calibrated' ? trusted.length : 0,
    rows: rows.map((row) => ({ bad: row.index >= ordinary.length, flagged: row.flagged, score: deciding(row).value })),
    chance,
    atQ: chance && rows.filter((row) => (deciding(row).q ?? 1) <= alpha).length,
  });
}

/** The rows that calibrate an audit are marked good, bad rows that are planted in no mixture are marked bad; both are judged in none. */
async function teachMixture(auditor: Auditor, source: RealRows, file: MixtureFile, { kind, planted }: RealMixture): Promise<MixtureRow> {
  const { trusted, ordinary, bad, markedBad } = partsOf(source, file, kind, planted);
  const marked = [...trusted, ...markedBad];
  const text = [...marked, ...ordinary, ...bad].join('\n');
  const marks = [...(await labelled(trusted, 'good')), ...(await labelled(markedBad, 'bad'))];
  const { rows, level, finding, chance } = await auditor.teach({ path, text, settings: settingsIn(file, null), spans: 0, marks }, () => undefined);
  return mixtureRow({
    setting: `${source.source}; ${kind}`,
    level,
    finding: finding!,
    ordinary: trusted.length,
    rows: rows.filter(({ mark }) => mark === null).map((row) => ({ bad: row.index >= marked.length + ordinary.length, flagged: row.flagged, score: row.value })),
    chance,
    atQ: null,
  });
}

function partsOf({ ordinary, bad }: RealRows, { trusted, rows, mostPlanted }: MixtureFile, kind: string, planted: number) {
  if (ordinary.length < trusted + rows || planted > mostPlanted) throw new RangeError(`there are ${ordinary.length} ordinary rows, and ${trusted} + ${rows} were asked for`);
  return { trusted: ordinary.slice(0, trusted), ordinary: ordinary.slice(trusted, trusted + rows), bad: bad[kind]!.slice(0, planted), markedBad: bad[kind]!.slice(mostPlanted) };
}

/** No loss: neither ranks nor marks depend on it. */
function settingsIn({ folder }: MixtureFile, ordinary: string | null): AuditSettings {
  return { ...defaultSettings, maxTokens: 512, measures: ['activation'], ordinary, cache: { folder: join(folder, 'cache'), maxBytes: 1e9 } };
}

async function labelled(lines: readonly string[], label: MarkLabel): Promise<LabelledHash[]> {
  const { records } = await readDataset({ path, text: lines.join('\n') }, { mapping: defaultSettings.mapping, trainOn: defaultSettings.trainOn });
  return records.map(({ hash }) => ({ hash, label }));
}
