import type { AuditSummary, ProbeId, RowScore } from '../types';
import type { Block } from './blocks';

/** A file that an audit read, by content. */
export interface FileStamp {
  path: string;
  bytes: number;
  sha256: string;
}

/** What an audit was made with: enough to run it again and to see whether it was the same. */
export interface Provenance {
  tool: { name: string; version: string };
  node: string;
  platform: string;
  /** ISO 8601. */
  made: string;
  /** A command line that runs it again from the same folder. */
  command: string;
  audited: FileStamp;
  ordinary: FileStamp | null;
  key: FileStamp | null;
  card: CardStamp | null;
  /** The tensors of a LoRA adapter. */
  adapter: FileStamp | null;
  /** As the audit ran, by name. */
  settings: Readonly<Record<string, unknown>>;
}

/** The card as a reader of the report needs it. */
export interface CardStamp extends FileStamp {
  name: string;
  description: string;
  /** Rows that its probes were trained on. */
  madeFrom: { path: string; sha256: string; rows: number }[];
  probes: { id: ProbeId; name: string; evidence: string }[];
  validatedOn: string[];
  blindSpots: string[];
}

/** One audited file of a report. */
export interface ReportInput {
  summary: AuditSummary;
  rows: RowScore[];
  provenance: Provenance;
  /** Rows of the table. */
  top: number;
  /** Further sections, such as an evaluation against a key. */
  sections?: Block[];
}
