import { countWords, engineWords, percentileWords } from '../core/report';
import type { InspectedLatent, InspectedProbe, InspectedToken, RowInspection } from '../protocol';
import type { Paint } from './terminal/colour';
import { factLines } from './terminal/facts';
import { neutralise } from './terminal/neutralise';
import { padEnd, padStart, textWidth, truncate, wrap } from './terminal/width';
import { shaded, shadingOf, tokenLines } from './tokenLines';

const shownLatents = 12;
const hottest = 3;

interface Layout {
  width: number;
  paint: Paint;
}

/** A row under one probe: its tokens shaded, then what the shading and the row's latents say, and what they were compared with. */
export function inspectionLines(file: string, inspection: RowInspection, probe: InspectedProbe, layout: Layout): string[] {
  const { tokens } = inspection;
  const shading = shadingOf(tokens, probe.values, probe.band);
  return [
    layout.paint.bold(neutralise(headline(file, inspection))),
    '',
    ...tokenLines(tokens, shading, layout),
    '',
    ...factLines(facts(inspection, probe, layout.paint).map(([name, value]): [string, string] => [name, neutralise(value)]), layout),
    '',
    ...latentLines(inspection, layout),
  ];
}

function headline(file: string, { line, shape, side, tokens, truncated, templateMarkers }: RowInspection): string {
  const trains = tokens.filter(({ response }) => response).length;
  return [
    `${file}:${line}`,
    `${shape}${side ? `, ${side} side (--side ${side === 'chosen' ? 'rejected' : 'chosen'} shows the other)` : ''}`,
    `${countWords(tokens.length)} tokens, ${countWords(trains)} of them trained on`,
    ...(truncated ? ['cut at --max-tokens'] : []),
    ...(templateMarkers ? ['holds markers of the chat template, read as plain text'] : []),
  ].join(', ');
}

function facts(inspection: RowInspection, probe: InspectedProbe, paint: Paint): [string, string][] {
  const { tokens, probes, engine } = inspection;
  const masked = tokens.filter(({ response, masked: massive }) => response && massive).length;
  return [
    ['Probe', `${probe.id} (${probe.name}), on ${probe.measure} vectors: ${number(probe.rowValue)}, percentile ${percentileWords(probe.percentile)}`],
    ['Compared', `with the bundled reference rows: 90 % of them lie between ${number(probe.band[0])} and ${number(probe.band[1])}. Context, not an error rate.`],
    ['Shading', shadingWords(tokens, probe, paint)],
    ...(masked > 0 ? ([['Left out', `${countWords(masked)} response tokens whose vectors are too large to compare`]] as [string, string][]) : []),
    ...turnFacts(tokens, probe),
    ...probes.filter(({ id }) => id !== probe.id).map(({ id, rowValue, percentile }, i): [string, string] => [i === 0 ? 'Others' : '', `${id}: ${number(rowValue)}, percentile ${percentileWords(percentile)}`]),
    ['Engine', engineWords(engine)],
  ];
}

function shadingWords(tokens: readonly InspectedToken[], probe: InspectedProbe, paint: Paint): string {
  const how = paint.depth > 0 ? 'amber above the middle of the reference, blue below' : 'marks under each token from ▁ (below the middle of the reference) to █ (above)';
  const mean = meanOf(probe.values, tokens.flatMap(({ response }, t) => (response ? [t] : [])));
  const isMean = Math.abs(mean - probe.rowValue) <= 0.01 * Math.max(1e-6, Math.abs(probe.rowValue), probe.band[1] - probe.band[0]);
  return `${how}, relative to this row's strongest tokens${isMean ? "; the tokens' mean is the row's score" : ''}`;
}

/** Each response turn of a row with several. */
function turnFacts(tokens: readonly InspectedToken[], { values, band: [low, high] }: InspectedProbe): [string, string][] {
  const turns = [...new Set(tokens.filter(({ response }) => response).map(({ turn }) => turn))];
  if (turns.length < 2) return [];
  return turns.map((turn, i): [string, string] => {
    const mean = meanOf(values, tokens.flatMap((token, t) => (token.turn === turn && token.response ? [t] : [])));
    const against = mean > high ? 'above 95 % of reference rows' : mean < low ? 'below 95 % of reference rows' : 'within 90 % of reference rows';
    return [i === 0 ? 'Turns' : '', `turn ${turn + 1}: mean ${number(mean)}, ${against}`];
  });
}

function latentLines({ latents, tokens }: RowInspection, { width, paint }: Layout): string[] {
  if (latents.length === 0) return ['This model has no SAE here: no latents.'];
  const rows = latents.slice(0, shownLatents).map((latent) => [String(latent.index), neutralise(latent.name ?? ''), number(latent.mean), latent.z.toFixed(1), hottestWords(latent, tokens)]);
  const header = ['latent', 'name', 'mean', 'z', 'strongest at'];
  const widths = header.map((name, i) => Math.max(textWidth(name), ...rows.map((row) => textWidth(row[i]!))));
  const named = rows.some((row) => row[1] !== '');
  const line = (cells: string[]): string => {
    const [index, name, mean, z, where] = cells;
    const text = [padStart(index!, widths[0]!), ...(named ? [padEnd(truncate(name!, 30), Math.min(30, widths[1]!))] : []), padStart(mean!, widths[2]!), padStart(z!, widths[3]!), where!].join('  ');
    return truncate(text, width).trimEnd();
  };
  return [
    paint.bold('Top latents'),
    paint.dim(line(header)),
    ...rows.map(line),
    ...wrap('z: how far the mean over response tokens stands above the reference rows, in their standard deviations', width).map(paint.dim),
  ];
}

/** The response tokens where a latent is most active. */
function hottestWords({ values }: InspectedLatent, tokens: readonly InspectedToken[]): string {
  return tokens
    .map((token, t) => ({ token, value: values[t]! }))
    .filter(({ token, value }) => shaded(token) && value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, hottest)
    .map(({ token, value }) => `${tokenName(token)} ${number(value)}`)
    .join(', ');
}

/** A token that is only a part of a character has no text of its own. */
function tokenName({ text }: InspectedToken): string {
  return text === '' ? '(part)' : `"${neutralise(text.trim() || text)}"`;
}

function meanOf(values: ArrayLike<number>, at: number[]): number {
  return at.reduce((sum, t) => sum + values[t]!, 0) / at.length;
}

function number(value: number): string {
  return String(Number(value.toPrecision(3))).replace(/^(-?)0\./, '$1.');
}
