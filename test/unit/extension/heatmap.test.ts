import { describe, expect, it } from 'vitest';
import { heatmapMessage, pictureBytes } from '../../../src/extension/panels/heatmapMessages';
import { heatmapShell } from '../../../src/extension/panels/heatmapShell';
import { placeInspection } from '../../../src/extension/panels/placeInspection';
import { engine } from './support';

describe('heatmapShell', () => {
  const html = heatmapShell({ nonce: 'N0nce', cspSource: 'https://csp.example', script: 'https://x/heatmap.js?a&b"', language: 'en', title: 'Heatmap' });

  it('allows its own script and nothing else', () => {
    const [, policy] = /Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
    expect(policy).toBe(
      "default-src 'none'; script-src 'nonce-N0nce'; style-src https://csp.example 'nonce-N0nce'; font-src https://csp.example; img-src https://csp.example data:",
    );
    expect(html).toContain('<meta property="csp-nonce" content="N0nce">');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('<script nonce="N0nce" src="https://x/heatmap.js?a&amp;b&quot;">');
  });
});

describe('heatmapMessage', () => {
  it.each([
    { type: 'ready' },
    { type: 'select', range: { start: 3, end: 9 } },
    { type: 'measure', measure: 'push' },
    { type: 'copy-text', text: 'x' },
    { type: 'save', kind: 'svg', data: '<svg/>' },
  ])('takes $type', (message) => expect(heatmapMessage(message)).toEqual(message));

  it.each([
    null,
    'ready',
    { type: 'run', command: 'x' },
    { type: 'measure', measure: 'activation' },
    { type: 'select', range: { start: 9, end: 3 } },
    { type: 'select', range: { start: -1, end: 3 } },
    { type: 'select', range: { start: 0.5, end: 3 } },
    { type: 'save', kind: 'exe', data: '' },
    { type: 'ready', more: 1 },
  ])('refuses %j', (message) => expect(heatmapMessage(message)).toBeNull());
});

describe('pictureBytes', () => {
  const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 1, 2]);

  it('takes the two kinds of picture', () => {
    expect(pictureBytes({ kind: 'png', data: `data:image/png;base64,${png.toString('base64')}` })).toEqual(png);
    expect(pictureBytes({ kind: 'svg', data: '<svg xmlns="x"></svg>' })).toEqual(Buffer.from('<svg xmlns="x"></svg>'));
  });

  it('refuses what is no picture', () => {
    expect(pictureBytes({ kind: 'png', data: Buffer.from('#!/bin/sh').toString('base64') })).toBeNull();
    expect(pictureBytes({ kind: 'svg', data: '<script>' })).toBeNull();
  });
});

describe('placeInspection', () => {
  it('puts a row that was read by itself into its place in the document', () => {
    const token = { text: 'a', turn: 0, role: null, response: true, masked: false, nll: null };
    const alone = {
      index: 0, line: 1, hash: 'h', shape: 'messages' as const, truncated: false, templateMarkers: false, measures: [], probes: [], latents: [], latentMax: 0, engine,
      tokens: [{ ...token, range: { start: 2, end: 3 } }, { ...token, range: null }],
    };
    const placed = placeInspection(alone, { index: 7, line: 9, start: 100 });
    expect([placed.index, placed.line, placed.tokens.map(({ range }) => range)]).toEqual([7, 9, [{ start: 102, end: 103 }, null]]);
  });
});
