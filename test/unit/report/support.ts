import type { Provenance, ReportInput } from '../../../src/core/report';
import { chance, row, summary } from '../cli/support';

/** A report in which every text that comes from outside is `text`. */
export function reportWith(text: string): ReportInput {
  const provenance: Provenance = {
    tool: { name: 'persona-lens', version: '0.1.0' },
    node: 'v20.0.0',
    platform: 'linux-x64',
    made: '2026-01-01T00:00:00.000Z',
    command: `persona-lens audit ${text}`,
    audited: { path: text, bytes: 1500, sha256: 'aa' },
    ordinary: { path: text, bytes: 12, sha256: 'bb' },
    key: null,
    card: {
      path: text,
      bytes: 9,
      sha256: 'cc',
      name: text,
      description: text,
      madeFrom: [{ path: text, sha256: 'dd', rows: 128 }],
      probes: [{ id: 'trained', name: text, evidence: text }],
      validatedOn: [text],
      blindSpots: [text],
    },
    adapter: { path: text, bytes: 8, sha256: 'dd' },
    settings: { systemPrompt: text },
  };
  const rows = [
    row(0, 3, { deciding: { percentile: 99.4, p: 1 / 61 }, flagged: true, level: 'calibrated', preview: { prompt: text, response: text }, reasons: [{ code: 'high-score', message: 'told by a column' }, { code: 'template-markers', message: text }] }),
    row(1, 1, { deciding: { percentile: 70, p: 0.5 }, level: 'calibrated', preview: { prompt: text, response: text } }),
  ];
  return {
    summary: summary({
      file: text,
      verdict: 'more than chance',
      verdictText: text,
      advice: text,
      level: 'calibrated',
      flagged: 1,
      chance,
      problems: [{ line: 4, reason: 'broken-json', message: text }],
      engine: { model: text, modelHash: text, adapter: { name: text, hash: 'dd', scale: 0.5 }, device: text, deviceReason: text, precision: text, parity: null, runtime: text },
    }),
    rows,
    provenance,
    top: 20,
  };
}
