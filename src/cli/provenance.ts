import { readFile, stat } from 'node:fs/promises';
import { version } from '../../package.json';
import { bundledModelFolder } from '../audit/catalogue';
import { isExpected } from '../base/errors';
import { sha256File } from '../base/hash';
import { adapterFiles } from '../core/model';
import { parseCard } from '../core/probe';
import { type CardStamp, type FileStamp, type Provenance, twoDecimals } from '../core/report';
import type { PersonaCard, ProbeEvidence } from '../core/types';
import { defaultCardOf } from '../engine/modelDescription';
import type { AuditSettings } from '../protocol';
import { defaultProfilesFolder } from '../store';
import { estimateWords } from './keyText';

export const toolName = 'persona-lens';
export { version as toolVersion };

export interface ProvenanceInput {
  file: string;
  settings: AuditSettings;
  key: string | null;
  /** Of the bundled models. */
  modelsFolder: string;
  command: string;
}

/** What an audit was made with, by content. Called after the audit, so every file named here could be read. */
export async function provenanceOf({ file, settings, key, modelsFolder, command }: ProvenanceInput): Promise<Provenance> {
  return {
    tool: { name: toolName, version },
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    made: new Date().toISOString(),
    command,
    audited: await stampOf(file),
    ordinary: settings.ordinary === null ? null : await stampOf(settings.ordinary),
    key: key === null ? null : await stampOf(key),
    card: await cardStamp(settings, modelsFolder),
    adapter: settings.adapter && (await stampOf(adapterFiles(settings.adapter.folder)[1])),
    settings: { ...settings, cache: settings.cache !== null },
  };
}

async function stampOf(path: string): Promise<FileStamp> {
  const [{ size }, sha256] = await Promise.all([stat(path), sha256File(path)]);
  return { path, bytes: size, sha256 };
}

async function cardStamp(settings: AuditSettings, modelsFolder: string): Promise<CardStamp | null> {
  const path = await cardFile(settings, modelsFolder);
  if (path === null) return null;
  const card = parseCard(await readFile(path, 'utf8'), path);
  const stamp = await stampOf(path);
  return {
    ...stamp,
    // Where the product is installed says nothing of the card.
    path: settings.card ?? 'bundled',
    name: card.name,
    description: card.description,
    madeFrom: card.provenance.data,
    probes: card.probes.map(({ id, name, evidence }) => ({ id, name, evidence: evidenceWords(evidence) })),
    validatedOn: card.validatedOn,
    blindSpots: card.blindSpots,
  };
}

/** The card an audit with these settings reads; null where the model has none. */
async function cardFile({ card, model, cache }: AuditSettings, modelsFolder: string): Promise<string | null> {
  if (card !== null) return card;
  const folder = model ?? bundledModelFolder(modelsFolder);
  return defaultCardOf(folder, { profiles: defaultProfilesFolder(), cacheFolder: cache?.folder ?? null });
}

/** The card an audit with these settings reads; null where it cannot be read. */
export async function readCardOf(settings: AuditSettings, modelsFolder: string): Promise<PersonaCard | null> {
  try {
    const path = await cardFile(settings, modelsFolder);
    return path === null ? null : parseCard(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (isExpected(error) || (error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}

/** The held-out figures of a probe, best read beside each other. */
function evidenceWords({ method, rows }: ProbeEvidence): string {
  const all = rows.find(({ domain }) => domain === 'all') ?? rows[0];
  if (!all) return method;
  return (
    `held-out AUROC ${estimateWords(all.auroc)}${all.pairs > 0 ? ` over ${all.pairs} pairs` : ''}, ${estimateWords(all.residualised)} with loss and length regressed out; ` +
    `null band ${twoDecimals(all.nullBand)}, TF-IDF ${estimateWords(all.tfidf)}, loss ${estimateWords(all.loss)}, length ${estimateWords(all.length)}. ${method}`
  );
}
