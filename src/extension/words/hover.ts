import { rateWords } from '../../core/calibrate/words';
import { visibleText } from '../../core/report/visibleText';
import type { AuditSummary, RowScore, Score, SideScore, TokenMarks } from '../../core/types';
import type { Translate } from '../l10n';
import { hasReason, isPending } from './lens';
import { levelWord } from './status';
import { markOf, markWord, taughtSentence, type TaughtView } from './taught';
import { unusualTurns } from './turns';
import { escapeMarkdown, SENTENCE, table } from './markdown';
import { decidingScore, measureVerb, probeName } from './measures';
import { chanceWords, countWords, percentileBar, percentileWords, shareWords, signed } from './numbers';

const LATENTS = 5;
const NONE = '–';

/** What a hover is about: a row, and the file that it stands in. */
export interface HoverSubject {
  row: RowScore;
  scored: number;
  ranksKnown: boolean;
  summary: AuditSummary | null;
  /** Targets of the links that open the heatmap and that scroll to the words that carry the row. */
  inspect: string;
  reveal: string;
  taught: TaughtView;
  /** Targets of the links that mark the row. */
  mark: { good: string; bad: string; clear: string };
}

/** A row's numbers as Markdown, each with what it is compared with. Of the row's text it holds the hottest phrases, which do nothing. */
export function hoverMarkdown(subject: HoverSubject, t: Translate): string {
  const { row, scored, ranksKnown, summary, inspect, reveal, taught } = subject;
  const head = [
    t('Row {0}', row.line),
    ...(ranksKnown ? [t('#{0} of {1} to review', countWords(row.rank), countWords(scored))] : [t('not all rows are read yet')]),
    t('{0} response tokens', countWords(row.responseTokens)),
  ];
  // A hover shows a dozen lines before it scrolls: what counts most stands first.
  return [
    [`**${escapeMarkdown(head.join(' · '))}**`, `[${t('Inspect')}](${inspect} "${t('Open the heatmap on this row')}")`, ...(row.spans?.length ? [`[${t('Reveal')}](${reveal} "${t('Scroll to the words that carry the row')}")`] : [])].join(' · '),
    markLinks(subject, t),
    ...taughtSentence(row, taught, t),
    claim(row, summary, t),
    numbersTable(row, summary, t),
    ...hottestPhrases(row, t),
    ...sidesTable(row, t),
    ...turnsTable(row, t),
    ...reasons(row),
    ...latentsTable(row, t),
    compared(row, t),
  ].join('\n\n');
}

/** The mark that the row has, and links to give it another one. */
function markLinks({ row, taught, mark }: HoverSubject, t: Translate): string {
  const now = markOf(taught, row);
  const links: [string, string][] = [
    ...(now === 'good' ? [] : [[t('Mark good'), mark.good] as [string, string]]),
    ...(now === 'bad' ? [] : [[t('Mark bad'), mark.bad] as [string, string]]),
    ...(now === null ? [] : [[t('Clear the mark'), mark.clear] as [string, string]]),
  ];
  return [...(now === null ? [] : [`**${markWord(now, t)}**`]), ...links.map(([name, target]) => `[${name}](${target})`)].join(' · ');
}

export function editedMarkdown(t: Translate): string {
  return t('This row was edited since it was scored: its numbers belong to another text.');
}

/** “words” 13 %, at most three. */
function phraseList({ phrases }: TokenMarks): string {
  return (phrases ?? []).map(({ text, share }) => `“${escapeMarkdown(visibleText(text))}” ${shareWords(share)}`).join(' · ');
}

function hottestPhrases(row: RowScore, t: Translate): string[] {
  if (row.sides || !row.phrases) return [];
  return [row.phrases.length > 0 ? t('Hottest words, with their share of what the row has above an ordinary one: {0}', phraseList(row)) : t('No word of the row stands above an ordinary one.')];
}

/** The sides of a pair apart. */
function sidesTable({ sides }: RowScore, t: Translate): string[] {
  if (!sides) return [];
  const line = (name: string, side: SideScore): string[] => [name, side.value.toFixed(2), percentileWords(side.percentile), phraseList(side) || NONE];
  return [
    t('A preference pair: the scores are chosen minus rejected ({0} and {1}).', sides.chosen.value.toFixed(2), sides.rejected.value.toFixed(2)),
    table([t('side'), t('score'), t('percentile among single rows'), t('hottest words')], [line(t('chosen'), sides.chosen), line(t('rejected'), sides.rejected)]),
  ];
}

function turnsTable(row: RowScore, t: Translate): string[] {
  if (row.perTurn.length === 0) return [];
  const rows = unusualTurns(row).map(({ place, percentile }) => [t('{0} of {1}', place, row.perTurn.length), percentileWords(percentile), `\`${percentileBar(percentile)}\``]);
  return [table([t('most unusual answers'), t('percentile'), t('against the reference')], rows)];
}

function numbersTable(row: RowScore, summary: AuditSummary | null, t: Translate): string {
  const deciding = decidingScore(row, summary);
  const pending = (summary?.probes ?? []).filter(({ id }) => !row.scores.some(({ probe }) => probe === id));
  const calibrated = row.scores.some(({ p }) => p !== null);
  const line = (name: string, percentile: number | null, p: Score | null, nulls: string): string[] => [
    name,
    percentile === null ? NONE : percentileWords(percentile),
    percentile === null ? NONE : `\`${percentileBar(percentile)}\``,
    ...(calibrated ? [chances(p)] : []),
    nulls,
  ];
  const probe = (score: Score): string[] => {
    const name = `${measureVerb(score.measure, t)} ${escapeMarkdown(probeName(score.probe, summary))}`;
    return line(score === deciding ? `**${name}**` : name, score.percentile, score, nullWords(score, t));
  };
  const noLoss = () => (isPending(row) ? t('loss (pending)') : hasReason(row, 'no-loss', 'no-push') ? t('loss (not computed)') : t('loss'));
  const loss = row.loss === null ? noLoss() : t('loss {0} nats', row.loss.toFixed(2));
  const unread = (verb: string, name: string): string => (hasReason(row, 'no-push') ? t('{0} {1} (not computed)', verb, name) : t('{0} {1} (pending)', verb, name));
  return table(
    [t('measure'), t('percentile'), t('against the reference'), ...(calibrated ? ['p · q'] : []), t('nulls beyond')],
    [
      ...(deciding ? [probe(deciding)] : []),
      line(loss, row.lossPercentile, null, NONE),
      ...(row.text ? [line(t('TF-IDF'), row.text.percentile, null, NONE)] : []),
      ...row.scores.filter((score) => score !== deciding).map(probe),
      ...pending.map(({ name, measure }) => line(unread(measureVerb(measure, t), escapeMarkdown(name)), null, null, NONE)),
    ],
  );
}

function chances(score: Score | null): string {
  if (score === null || score.p === null) return NONE;
  return score.q === null ? chanceWords(score.p) : `${chanceWords(score.p)} · ${chanceWords(score.q)}`;
}

function nullWords({ nulls }: Score, t: Translate): string {
  return nulls.count === 0 ? NONE : t('{0} of {1} {2}', shareWords(nulls.shareBeyond), countWords(nulls.count), escapeMarkdown(nulls.kind));
}

function latentsTable(row: RowScore, t: Translate): string[] {
  if (row.latents.length === 0) return [];
  const rows = row.latents
    .slice(0, LATENTS)
    .map(({ index, name, mean, z }) => [String(index), name === null ? t('unnamed') : escapeMarkdown(name), mean.toFixed(2), signed(z)]);
  return [table([t('latent'), t('name'), t('mean'), t('reference SD')], rows)];
}

function reasons(row: RowScore): string[] {
  return row.reasons.length === 0 ? [] : [row.reasons.map(({ message }) => `- ${escapeMarkdown(message, SENTENCE)}`).join('\n')];
}

function compared(row: RowScore, t: Translate): string {
  const reference = t('Percentiles: the share of the bundled reference rows that lie below this row. They are context, not error rates.');
  const nulls = t('Nulls: the share of null probes that also put this row beyond their own 95th reference percentile.');
  return [reference, ...(row.scores.length > 0 ? [nulls] : [])].join(' ');
}

function claim(row: RowScore, summary: AuditSummary | null, t: Translate): string {
  if (row.level === 'ranked') return t('Level: ranked. Review from the top; no error rate is claimed, because there are no trusted rows of your own to compare with.');
  const chance = summary?.chance;
  if (!chance) return t('Level: {0}. The error rate follows when all rows are scored.', levelWord(row.level, t));
  return t(
    'Level: {0}. p is against your {1} trusted rows; rows with p ≤ {2} are flagged, and {3} of {4} ordinary rows would be flagged by chance.',
    levelWord(row.level, t),
    countWords(chance.n),
    rateWords(chance.alpha),
    chance.expected.toFixed(1),
    countWords(chance.m),
  );
}
