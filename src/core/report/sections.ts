import type { AuditSummary, RowScore } from '../types';
import { type Block, type Column, left, right } from './blocks';
import type { CardStamp, FileStamp, Provenance, ReportInput } from './provenance';
import { alternativeWords, blindness, byRank, decidingScore, engineWords, falseDiscoveryWords, flaggedWords, levelWords, notesOf, nullWords, taughtCardWords, timingWords, verdictWords } from './sentences';
import { bytesWords, countWords, percentileWords, rateWords, rowsWords, shareWords } from './words';

const shownProblems = 50;

/** The report of one or several audited files, from data alone: the same data give the same report. */
export function reportBlocks(inputs: readonly ReportInput[]): Block[] {
  return [{ kind: 'heading', level: 1, text: 'Persona Lens report' }, ...inputs.flatMap(fileBlocks)];
}

function fileBlocks(input: ReportInput): Block[] {
  const { summary, rows, provenance, top } = input;
  return [
    { kind: 'heading', level: 2, text: summary.file },
    { kind: 'paragraph', text: `Verdict: ${verdictWords(summary)}`, strong: true },
    { kind: 'paragraph', text: summary.advice },
    { kind: 'facts', facts: findings(summary, rows) },
    { kind: 'heading', level: 3, text: 'Rows to review first' },
    ...topRows(summary, rows, top),
    ...(input.sections ?? []),
    { kind: 'heading', level: 3, text: 'What this cannot see' },
    ...limits(provenance.card),
    ...problemBlocks(summary),
    { kind: 'heading', level: 3, text: 'What was audited, and with what' },
    { kind: 'facts', facts: origin(summary, provenance) },
    { kind: 'heading', level: 3, text: 'Run it again' },
    { kind: 'code', text: provenance.command },
  ];
}

function findings(summary: AuditSummary, rows: RowScore[]): [string, string][] {
  const optional = (name: string, value: string | null): [string, string][] => (value === null ? [] : [[name, value]]);
  return [
    ['Rows', `${countWords(summary.rows)} read, ${countWords(summary.scored)} scored, ${countWords(summary.problems.length)} with problems`],
    ...optional('Card', taughtCardWords(summary)),
    ['Level', levelWords[summary.level]],
    ['Flagged', flaggedWords(summary)],
    ...optional('False discoveries', falseDiscoveryWords(summary, rows)),
    ...optional('Nulls', nullWords(summary)),
    ['Loss', alternativeWords(summary, 'loss')],
    ['TF-IDF', alternativeWords(summary, 'text')],
    ['Length', alternativeWords(summary, 'length')],
  ];
}

function topRows(summary: AuditSummary, rows: RowScore[], top: number): Block[] {
  const shown = byRank(rows).slice(0, top);
  if (shown.length === 0) return [{ kind: 'paragraph', text: 'No row could be scored.' }];
  const calibrated = shown.some((row) => decidingScore(row, summary)?.p != null);
  const noted = shown.some((row) => notesOf(row) !== '');
  const phrased = shown.some(({ phrases }) => phrases?.length);
  const header: Column[] = [
    right('rank'),
    right('line'),
    right('percentile'),
    ...(calibrated ? [right('p'), left('flagged')] : []),
    right('loss percentile'),
    right('null probes beyond'),
    left('prompt'),
    left('answer'),
    ...(phrased ? [left('hottest words')] : []),
    ...(noted ? [left('notes')] : []),
  ];
  const cells = (row: RowScore): string[] => {
    const score = decidingScore(row, summary);
    return [
      countWords(row.rank),
      String(row.line),
      score ? percentileWords(score.percentile) : '',
      ...(calibrated ? [score?.p == null ? '' : rateWords(score.p), row.flagged ? 'yes' : ''] : []),
      row.lossPercentile === null ? '' : percentileWords(row.lossPercentile),
      score && score.nulls.count > 0 ? shareWords(score.nulls.shareBeyond) : '',
      row.preview.prompt,
      row.preview.response,
      ...(phrased ? [(row.phrases ?? []).map(({ text }) => `“${text}”`).join(' ')] : []),
      ...(noted ? [notesOf(row)] : []),
    ];
  };
  const rest = rows.length - shown.length;
  return [
    { kind: 'table', header, rows: shown.map(cells) },
    ...(rest > 0 ? [{ kind: 'paragraph', text: `${countWords(rest)} more ${rest === 1 ? 'row is' : 'rows are'} not shown here.` } as const] : []),
    {
      kind: 'paragraph',
      text: 'A percentile says how unusual a row is beside the bundled reference rows, not that it is bad. "Null probes beyond" is the share of null probes that also put the row past their own 95th reference percentile.',
    },
  ];
}

function limits(card: CardStamp | null): Block[] {
  return [
    { kind: 'paragraph', text: blindness },
    ...(card && card.blindSpots.length > 0 ? [{ kind: 'list', items: card.blindSpots } as const] : []),
    ...(card && card.validatedOn.length > 0 ? [{ kind: 'paragraph', text: `The card was validated on: ${card.validatedOn.join('; ')}.` } as const] : []),
  ];
}

function problemBlocks({ problems }: AuditSummary): Block[] {
  if (problems.length === 0) return [];
  const shown = problems.slice(0, shownProblems);
  const rest = problems.length - shown.length;
  return [
    { kind: 'heading', level: 3, text: 'Rows that could not be scored' },
    { kind: 'table', header: [right('line'), left('reason'), left('what to do')], rows: shown.map(({ line, reason, message }) => [String(line), reason, message]) },
    ...(rest > 0 ? [{ kind: 'paragraph', text: `and ${countWords(rest)} more.` } as const] : []),
  ];
}

function origin(summary: AuditSummary, provenance: Provenance): [string, string][] {
  const { card, adapter, ordinary, key, audited } = provenance;
  return [
    ['File', stampWords(audited)],
    ['Ordinary rows', ordinary ? stampWords(ordinary) : 'none given'],
    ...(key ? [['Key', stampWords(key)] as [string, string]] : []),
    ['Card', card ? `${card.name}: ${card.description} (${stampWords(card)})` : 'not known'],
    ...(card ? [['Card made from', card.madeFrom.map(({ path, rows, sha256 }) => `${rowsWords(rows)} of ${path}, SHA-256 ${sha256}`).join('; ')] as [string, string]] : []),
    ['Deciding probe', `${summary.deciding.probe} (${summary.deciding.measure})`],
    ...(card?.probes ?? []).filter(({ id }) => id === summary.deciding.probe).map(({ evidence }): [string, string] => ['Its evidence', evidence]),
    ['Engine', engineWords(summary.engine)],
    ['Model hash', summary.engine.modelHash],
    ...(adapter ? [['Adapter', stampWords(adapter)] as [string, string]] : []),
    ['Vector key', summary.keys.vector],
    ['Score key', summary.keys.score],
    ['Settings', Object.entries(provenance.settings).map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ')],
    ['Run', timingWords(summary)],
    ['Software', `${provenance.tool.name} ${provenance.tool.version}, Node ${provenance.node}, ${provenance.platform}`],
    ['Made', provenance.made],
  ];
}

function stampWords({ path, bytes, sha256 }: FileStamp): string {
  return `${path}, ${bytesWords(bytes)}, SHA-256 ${sha256}`;
}
