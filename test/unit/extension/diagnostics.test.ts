import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../src/base/logger';
import { Debouncer } from '../../../src/extension/debouncer';
import { actionsFor, describeBug } from '../../../src/extension/errorText';
import { RecentLog } from '../../../src/extension/recentLog';
import { diagnosticsText } from '../../../src/extension/words/diagnostics';
import { engine } from './support';

describe('diagnosticsText', () => {
  const text = diagnosticsText({
    extension: '0.1.0',
    editor: 'Editor 1.95',
    host: 'linux-x64',
    trusted: true,
    engine: { runtime: 'onnxruntime 1.30', platform: 'linux-x64', node: 'v20', engine: { ...engine, adapter: { name: 'SECRET NAME', hash: 'dd'.repeat(32), scale: 0.5 }, deviceReason: 'no adapter' }, cache: null, memory: { rssBytes: 300 * 2 ** 20 } },
    engineNote: null,
    cache: { folder: '/home/me/cache', bytes: 2 ** 20, records: 7, maxBytes: 2 ** 31 },
    settings: [
      { name: 'card', value: '/home/me/my.persona.json', isPrivate: true },
      { name: 'mapping', value: {}, isPrivate: true },
      { name: 'maxTokens', value: 2048, isPrivate: false },
    ],
    files: [{ state: 'done', rows: 156, problems: 1, level: 'ranked' }],
    log: ['one line'],
  });

  it('gathers versions, device, model, parity, settings, cache and log', () => {
    for (const part of ['0.1.0', 'Editor 1.95', 'SmolLM2-135M', 'CPU', 'why this device: no adapter', 'adapter: dddddddddddddddd, scale 0.5', 'cosine 0.9999968', 'maxTokens: 2048', '1.0 MB', '156 rows', 'one line']) expect(text).toContain(part);
  });

  it('only tells whether a path is set', () => {
    expect(text).toContain('personaLens.card: set');
    expect(text).toContain('personaLens.mapping: default');
    expect(text).not.toContain('/home/me');
  });
});

describe('RecentLog', () => {
  it('keeps the last lines, without the home folder', () => {
    const log = new RecentLog(silentLogger, 2, '/home/me');
    for (const line of ['a', 'b', 'read /home/me/x']) log.info(line);
    expect(log.lines().map((line) => line.slice(25))).toEqual(['[info] b', '[info] read ~/x']);
  });
});

describe('describeBug', () => {
  it('logs the stack, but not the text that a parser could not read', () => {
    let error: unknown;
    try {
      JSON.parse('{"messages": SECRET');
    } catch (caught) {
      error = caught;
    }
    expect(describeBug(error)).toMatch(/^SyntaxError: \(text left out\)\n\s+at /);
    expect(describeBug(error)).not.toContain('SECRET');
    expect(describeBug(new Error('boom', { cause: error }))).toContain('Error: boom');
    expect(describeBug('SECRET')).not.toContain('SECRET');
  });

  it('offers what fits the reason', () => {
    expect([actionsFor('untrusted'), actionsFor('bad-setting'), actionsFor('no-row'), actionsFor('engine-died')]).toEqual([['trust'], ['settings'], [], ['settings', 'log']]);
  });
});

describe('Debouncer', () => {
  it('runs the last action of a key after the pause', () => {
    vi.useFakeTimers();
    const ran: string[] = [];
    const debouncer = new Debouncer<string>();
    debouncer.schedule('a', 100, () => ran.push('a1'));
    debouncer.schedule('b', 100, () => ran.push('b'));
    vi.advanceTimersByTime(90);
    debouncer.schedule('a', 100, () => ran.push('a2'));
    debouncer.cancel('b');
    vi.advanceTimersByTime(100);
    expect(ran).toEqual(['a2']);
    vi.useRealTimers();
  });
});
