import { rateWords } from '../../core/calibrate';
import type { Level, Reason, ReasonCode, Score } from '../../core/types';
import type { Fault, PassWork } from '../../protocol';
import type { ScoredRow } from './entry';

/** Null probes agree that often before a row's mark is called unspecific. */
const nullsAgreeAt = 0.25;
const highLoss = 95;

/** What a row with a score may have to do without. */
const codes: Partial<Record<PassWork, ReasonCode>> = { tokens: 'no-spans', losses: 'no-loss', push: 'no-push' };

interface ReasonInput {
  entry: ScoredRow;
  deciding: Score;
  level: Level;
  referenceRows: number;
  probeName: string;
  lossPercentile: number | null;
  singleToken: boolean;
  faults: readonly Fault[];
}

/** What stands behind a row's place, strongest first; each says what it was compared with. */
export function reasonsFor({ entry, deciding, level, referenceRows, probeName, lossPercentile, singleToken, faults }: ReasonInput): Reason[] {
  const reasons: Reason[] = [];
  if (entry.inOrdinary) reasons.push({ code: 'in-ordinary-rows', message: 'This row is one of your own ordinary rows.' });
  const against = `${probeName}: higher than ${deciding.percentile.toFixed(1)} % of ${referenceRows} reference rows`;
  reasons.push({
    code: 'high-score',
    message: level === 'calibrated' && deciding.p !== null ? `${against}; p ${rateWords(deciding.p)} against your ordinary rows` : `${against} (no error rate is claimed)`,
  });
  if (deciding.nulls.shareBeyond >= nullsAgreeAt)
    reasons.push({
      code: 'nulls-agree',
      message: `${Math.round(100 * deciding.nulls.shareBeyond)} % of ${deciding.nulls.count} null probes (${deciding.nulls.kind}) also put it beyond their 95th percentile: the row is unusual in many ways.`,
    });
  if (singleToken) reasons.push({ code: 'single-token', message: 'One token holds more than half of what the row has above an ordinary one: look at that place before the row as a whole.' });
  for (const { work, message } of faults) {
    const code = codes[work];
    if (code) reasons.push({ code, message: `${message} The score stands.` });
  }
  const comesNoLoss = faults.some(({ work }) => work === 'losses' || work === 'push');
  if (lossPercentile === null && !comesNoLoss) reasons.push({ code: 'pending-loss', message: 'The loss has not been computed yet.' });
  if (lossPercentile !== null && lossPercentile >= highLoss)
    reasons.push({ code: 'high-loss', message: `The text itself surprises the model: its loss is higher than that of ${lossPercentile.toFixed(1)} % of reference rows.` });
  if (entry.row.main.truncated || entry.row.rejected?.truncated)
    reasons.push({ code: 'truncated', message: `Scored up to the limit of ${entry.values.tokens} tokens only.` });
  if (entry.row.main.templateMarkers || entry.row.rejected?.templateMarkers)
    reasons.push({ code: 'template-markers', message: "The row's text holds the chat template's own markers. They were read as plain text and make no turn; a trainer might read them as turns." });
  return reasons;
}
