import type { Phrase, RowProblem, RowScore, SideScore, TokenMarks } from '../core/types';

/** A row in the machine formats. Names up to `reasons` are fixed; later fields may be added, none is renamed. */
export interface RowRecord
  extends Pick<RowScore, 'line' | 'index' | 'hash' | 'tokens' | 'responseTokens' | 'scores' | 'loss' | 'rank' | 'flagged' | 'level' | 'reasons' | 'lossPercentile' | 'text' | 'perTurn' | 'latents' | 'spans'>,
    Untold<TokenMarks> {
  file: string;
  sides?: { chosen: Untold<SideScore>; rejected: Untold<SideScore> };
}

/** Marks without a row's words: their ranges say where they stand. */
type Untold<T extends TokenMarks> = Omit<T, 'phrases'> & { phrases: Omit<Phrase, 'text'>[] | null };

function untold<T extends TokenMarks>(marks: T): Untold<T> {
  return { ...marks, phrases: marks.phrases && marks.phrases.map(({ range, share }) => ({ range, share })) };
}

export interface ProblemRecord {
  file: string;
  line: number;
  problem: Pick<RowProblem, 'reason' | 'message' | 'index'>;
}

export function rowRecord(file: string, row: RowScore): RowRecord {
  const { line, index, hash, tokens, responseTokens, scores, loss, rank, flagged, level, reasons, lossPercentile, text, perTurn, latents, spans, phrases, sides } = row;
  return {
    file,
    line,
    index,
    hash,
    tokens,
    responseTokens,
    scores: scores.map(({ probe, measure, value, percentile, p, q, nulls }) => ({ probe, measure, value, percentile, p, q, nulls })),
    loss,
    rank,
    flagged,
    level,
    reasons,
    lossPercentile,
    text,
    perTurn,
    latents,
    spans,
    phrases: untold({ spans, phrases }).phrases,
    ...(sides ? { sides: { chosen: untold(sides.chosen), rejected: untold(sides.rejected) } } : {}),
  };
}

export function problemRecord(file: string, { line, reason, message, index }: RowProblem): ProblemRecord {
  return { file, line, problem: { reason, message, ...(index === undefined ? {} : { index }) } };
}

/** Rows and problems as they stand in the file. */
export function recordsInFileOrder(file: string, rows: readonly RowScore[], problems: readonly RowProblem[]): (RowRecord | ProblemRecord)[] {
  const placed = [
    ...rows.map((row) => ({ line: row.line, index: row.index, record: rowRecord(file, row) })),
    ...problems.map((problem) => ({ line: problem.line, index: problem.index ?? Infinity, record: problemRecord(file, problem) })),
  ];
  return placed.sort((a, b) => a.line - b.line || (a.index === b.index ? 0 : a.index - b.index)).map(({ record }) => record);
}
