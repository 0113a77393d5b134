import { decidingScore } from '../../../core/report';
import type { AuditSummary, HookVectors, RowProblem, RowScore, RowVectors } from '../../../core/types';
import type { Kind } from './schema';

/** A row of the table: a scored row of the data set, or a row with a problem. */
export interface TableRow {
  file: string;
  summary: Pick<AuditSummary, 'deciding'>;
  line: number;
  index: number | null;
  row: RowScore | null;
  problem: RowProblem | null;
  /** Of a scored row, where they were asked for. */
  vectors: RowVectors | null;
}

export interface ParquetColumn {
  name: string;
  kind: Kind;
  /** For whoever opens the file: stands in its metadata. */
  about: string;
  value(of: TableRow): unknown;
}

const floats: Kind = { list: 'FLOAT' };
const ranges: Kind = { list: { fields: { start: 'INT32', end: 'INT32' } } };

const column = (name: string, kind: Kind, about: string, value: ParquetColumn['value']): ParquetColumn => ({ name, kind, about, value });
/** Null where the row could not be scored. */
const ofRow = (name: string, kind: Kind, about: string, value: (row: RowScore, of: TableRow) => unknown): ParquetColumn =>
  column(name, kind, about, (of) => (of.row === null ? null : value(of.row, of)));
const deciding = ({ row, summary }: TableRow) => (row ? decidingScore(row, summary) : undefined);

const scoreColumns: ParquetColumn[] = [
  column('file', 'STRING', 'as it was named', ({ file }) => file),
  column('line', 'INT32', '1-based', ({ line }) => line),
  column('index', 'INT32', '0-based row of the file', ({ index }) => index),
  ofRow('hash', 'STRING', 'SHA-256 of the record; of a pair, of its chosen side', ({ hash }) => hash),
  ofRow('tokens', 'INT32', 'tokens read', ({ tokens }) => tokens),
  ofRow('response_tokens', 'INT32', 'tokens that train', ({ responseTokens }) => responseTokens),
  ofRow('rank', 'INT32', '1 is the most unusual row', ({ rank }) => rank),
  ofRow('flagged', 'BOOLEAN', 'p <= .05 against ordinary rows; never without them', ({ flagged }) => flagged),
  ofRow('level', 'STRING', 'what a mark may claim: ranked, calibrated, taught', ({ level }) => level),
  column('score', 'DOUBLE', 'under the deciding probe; of a pair, chosen minus rejected', (of) => deciding(of)?.value),
  column('percentile', 'DOUBLE', 'of the score among the bundled reference rows, 0 to 100: context, no error rate', (of) => deciding(of)?.percentile),
  column('p', 'DOUBLE', 'conformal, against the ordinary rows given', (of) => deciding(of)?.p),
  column('q', 'DOUBLE', 'Benjamini-Hochberg over the file', (of) => deciding(of)?.q),
  column('null_share', 'DOUBLE', 'share of null probes that also put the row beyond their own 95th percentile', (of) => deciding(of)?.nulls.shareBeyond),
  ofRow('chosen', 'DOUBLE', "a pair's chosen side by itself", ({ sides }) => sides?.chosen.value),
  ofRow('rejected', 'DOUBLE', "a pair's rejected side by itself", ({ sides }) => sides?.rejected.value),
  ofRow('loss', 'DOUBLE', 'mean negative log-likelihood a response token, nats', ({ loss }) => loss),
  ofRow('loss_percentile', 'DOUBLE', 'among the reference rows', ({ lossPercentile }) => lossPercentile),
  ofRow('text', 'DOUBLE', "score of the card's TF-IDF classifier", ({ text }) => text?.value),
  ofRow('text_percentile', 'DOUBLE', 'among the reference rows', ({ text }) => text?.percentile),
  ofRow('reasons', { list: 'STRING' }, 'codes', ({ reasons }) => reasons.map(({ code }) => code)),
  ofRow(
    'scores',
    { list: { fields: { probe: 'STRING', measure: 'STRING', value: 'DOUBLE', percentile: 'DOUBLE', p: 'DOUBLE', q: 'DOUBLE', null_kind: 'STRING', null_count: 'INT32', null_share: 'DOUBLE' } } },
    'under each probe of the card',
    ({ scores }) => scores.map(({ nulls, ...score }) => ({ ...score, null_kind: nulls.kind, null_count: nulls.count, null_share: nulls.shareBeyond })),
  ),
  ofRow('latents', { list: { fields: { index: 'INT32', name: 'STRING', mean: 'FLOAT', z: 'FLOAT' } } }, 'strongest shifts from the reference, z in its standard deviations', ({ latents }) => latents),
  ofRow('per_turn', { list: { fields: { turn: 'INT32', value: 'DOUBLE', percentile: 'DOUBLE' } } }, 'each response turn by itself; empty where there is one', ({ perTurn }) => perTurn),
  ofRow('spans', ranges, 'the marked span, UTF-16 offsets in the document; null for rows that the token pass did not read', ({ spans }) => spans),
  column('problem', 'STRING', 'why the row could not be scored', ({ problem }) => problem?.reason),
  column('problem_message', 'STRING', 'what is wrong and what to do', ({ problem }) => problem?.message),
];

const previewColumns: ParquetColumn[] = [
  ofRow('prompt', 'STRING', 'first words', ({ preview }) => preview.prompt),
  ofRow('response', 'STRING', 'first words', ({ preview }) => preview.response),
];

/** `[dModel]` each, one column a hook point; numbered where there are several. */
function vectorColumns(hookPoints: readonly string[]): ParquetColumn[] {
  return hookPoints.flatMap((hook, i) => {
    const name = (vector: string): string => (hookPoints.length === 1 ? vector : `${vector}_${i}`);
    const of = (vectors: HookVectors | undefined) => vectors?.[hook] && Array.from(vectors[hook]);
    return [
      column(name('activation'), floats, `${hook}, mean over response tokens; of a pair's chosen side`, ({ vectors }) => of(vectors?.main.activation)),
      column(name('prompt_vector'), floats, `${hook}, mean over the prompt's tokens`, ({ vectors }) => of(vectors?.main.prompt)),
      column(name('last'), floats, `${hook}, at the last response token`, ({ vectors }) => of(vectors?.main.last)),
      column(name('push'), floats, `${hook}, minus the gradient of the loss; null where it was not computed`, ({ vectors }) => of(vectors?.main.push)),
      column(name('rejected_activation'), floats, `${hook}, of a pair's rejected side`, ({ vectors }) => of(vectors?.rejected?.activation)),
      column(name('rejected_prompt_vector'), floats, `${hook}, of a pair's rejected side`, ({ vectors }) => of(vectors?.rejected?.prompt)),
      column(name('rejected_last'), floats, `${hook}, of a pair's rejected side`, ({ vectors }) => of(vectors?.rejected?.last)),
      column(name('rejected_push'), floats, `${hook}, of a pair's rejected side`, ({ vectors }) => of(vectors?.rejected?.push)),
    ];
  });
}

export function columnsOf({ previews, hookPoints }: { previews: boolean; hookPoints: readonly string[] }): ParquetColumn[] {
  return [...scoreColumns, ...(previews ? previewColumns : []), ...vectorColumns(hookPoints)];
}

/** Rows and problems as they stand in the file. */
export function* tableRows(file: string, summary: AuditSummary, rows: readonly RowScore[], vectors: readonly RowVectors[] | undefined): Generator<TableRow> {
  const placed: TableRow[] = [
    ...rows.map((row, i) => ({ file, summary, line: row.line, index: row.index, row, problem: null, vectors: vectors?.[i] ?? null })),
    ...summary.problems.map((problem) => ({ file, summary, line: problem.line, index: problem.index ?? null, row: null, problem, vectors: null })),
  ];
  yield* placed.sort((a, b) => a.line - b.line || (a.index ?? Infinity) - (b.index ?? Infinity) || 0);
}
