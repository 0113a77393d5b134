import type { EngineSummary } from '../../src/core/types';
import type { InspectedProbe } from '../../src/protocol';
import { formatPercentile, formatValue } from './format';
import { headline, notesOf } from './header';
import type { Row } from './state';
import { blocksOf } from './tokens';
import { latentName, probeName, roleOf, shownText } from './words';

/** The row for a mail, an issue or a sheet: what the view shows, then a line a token, tab-separated. */
export function copyText(row: Row, probe: InspectedProbe | null): string {
  const { inspection } = row;
  const sections = [
    [headline(row, probe, probe?.measure === 'push' ? 'push' : 'activation'), notesOf(row).map((note) => note.text).join(' · ')],
    conversation(row),
    ['Probes', ...inspection.probes.map(probeLine)],
    ['Latents (residual units)', ...inspection.latents.map((l) => latentLine(l))],
    ['Tokens', ...tokenTable(row)],
    [`${inspection.engine.model} · ${adapterWords(inspection.engine)}${inspection.engine.device} · ${inspection.engine.precision}`],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n') + '\n';
}

const adapterWords = ({ adapter }: EngineSummary): string => (adapter ? `${adapter.name} at scale ${adapter.scale} · ` : '');

function conversation({ inspection: { tokens } }: Row): string[] {
  return blocksOf(tokens)
    .filter((block) => block.turn >= 0)
    .map((block) => `${block.role ?? 'text'}: ${block.tokens.map((i) => tokens[i]!.text).join('')}`);
}

function probeLine(probe: InspectedProbe): string {
  const [low, high] = probe.band.map(formatValue);
  return `${probeName(probe)}: ${formatValue(probe.rowValue)}${probe.perToken === 'sum' ? ', the sum over tokens' : ''}, ${formatPercentile(probe.percentile)} pct, reference 5th to 95th percentile ${low} to ${high}`;
}

function latentLine(latent: { index: number; name: string | null; mean: number; z: number }): string {
  return `${latent.index} ${latentName(latent)}: mean ${formatValue(latent.mean)}, z ${formatValue(latent.z)}`;
}

/** Numbers as a sheet reads them: plain minus, full stop. Quotation marks keep leading spaces, and a text such as "=1+1" from becoming a formula. */
function tokenTable({ inspection: { tokens, probes, latents } }: Row): string[] {
  const head = ['token', 'role', 'nll', ...probes.map(probeName), ...latents.map((l) => `${l.index} ${latentName(l)}`)];
  const lines = tokens.map((token, i) => {
    const cell = (value: number, masked: boolean): string => (masked ? 'masked' : plain(value));
    const values = [
      ...probes.map((probe) => cell(probe.values[i]!, token.masked && probe.perToken !== 'sum')),
      ...latents.map((latent) => cell(latent.values[i]!, token.masked)),
    ];
    return [`“${shownText(token.text)}”`, roleOf(token), token.nll === null ? '' : plain(token.nll), ...values];
  });
  return [head, ...lines].map((cells) => cells.join('\t'));
}

function plain(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(5))) : '';
}
