import { l10n, type TextDocument } from 'vscode';
import type { Auditor } from '../../audit/auditor';
import { ExpectedError, isExpected } from '../../base/errors';
import type { InspectRequest, RowInspection } from '../../protocol';
import { settingsKey } from '../audits/auditRuns';
import type { InputFiles } from '../audits/inputFiles';
import type { Settings } from '../settings';
import { placeInspection } from './placeInspection';
import type { RowTarget } from './rowTarget';

/** Errors of the reader that name rows of the text it was given, which is one row here. */
const readingErrors = new Set(['no-such-row', 'unknown-shape', 'not-json', 'not-utf8', 'empty', 'no-rows', 'binary']);

/** Asks the engine for one row, token by token. */
export class RowInspector {
  constructor(
    private readonly auditor: () => Auditor,
    private readonly settings: Settings,
    private readonly inputs: InputFiles,
  ) {}

  /** Changes with what decides an inspection's numbers. Settings that cannot be used are told by the inspection itself. */
  settingsKey(document: TextDocument): string {
    try {
      return settingsKey(this.settings.audit(document.uri));
    } catch {
      return '';
    }
  }

  /**
   * Sends the row's own text, so that a cursor move costs one row and not the reading of the file. Where a row reads otherwise
   * by itself than in its file, the file is sent.
   */
  async inspect(document: TextDocument, target: RowTarget, signal: AbortSignal, measures: NonNullable<InspectRequest['measures']> = ['activation']): Promise<RowInspection> {
    const auditor = this.auditor();
    const base = { path: document.uri.fsPath, settings: this.settings.audit(document.uri) };
    this.inputs.watch(base.settings);
    const ask = (rest: Pick<InspectRequest, 'text' | 'index'>): Promise<RowInspection> => auditor.inspect({ ...base, ...rest, measures }, signal);
    const { index, line, range, scored } = target;
    try {
      const alone = await ask({ text: target.text, index: 0 });
      if (!scored || alone.hash === scored.score.hash) return placeInspection(alone, { index, line, start: range.start });
    } catch (error) {
      if (!isExpected(error) || !readingErrors.has(error.reason)) throw error;
      if (!scored) throw new ExpectedError('unreadable-row', l10n.t('Row {0} cannot be read as a training example: audit the file to see why.', line));
    }
    const inFile = await ask({ text: document.getText(), index });
    if (inFile.hash === scored.score.hash) return inFile;
    throw new ExpectedError('row-changed', l10n.t('Row {0} is not the one that was scored: audit the file again.', line));
  }
}
