import { basename } from 'node:path';
import { throwIfAborted } from '../../base/errors';
import { sha256, sha256File } from '../../base/hash';
import { taughtCard, teach, type TeachFeatures, teachReport } from '../../core/teach';
import type { TaughtFile, TeachRequest } from '../../protocol';
import type { KeptAudit } from './keptAudit';

/** Teaches on an audit's rows; no model runs. */
export async function teachFile(request: TeachRequest, kept: KeptAudit, features: TeachFeatures, signal?: AbortSignal): Promise<TaughtFile> {
  const { path, text, marks } = request;
  const { taught, teachMs, rankMs, ...teaching } = teach(features, marks);
  throwIfAborted(signal);
  const report = request.report ? teachReport(features, marks, request.report) : null;
  const card =
    request.card && taught
      ? taughtCard(features, { ...teaching, taught, teachMs, rankMs }, taught, {
          file: basename(path),
          fileSha256: text === undefined ? await sha256File(path) : sha256(text),
          model: kept.model,
          hookPoint: kept.hookPoint,
          made: new Date().toISOString(),
          software: request.card.software,
        })
      : null;
  return {
    file: path,
    ...teaching,
    notes: [...teaching.notes, ...(report?.notes ?? [])],
    report: report?.rows ?? null,
    timings: { teachMs, rankMs, rowsRun: kept.rowsRun },
    card,
  };
}
