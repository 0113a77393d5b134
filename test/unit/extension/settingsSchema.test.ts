import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../src/audit/defaults';
import { auditSettings, cacheLocation, displaySetting, type RawSettings, readSetting } from '../../../src/extension/settingsSchema';

const places = { folder: '/work space', storage: '/storage' };
const raw = (values: Record<string, unknown> = {}): RawSettings => (name) => values[name];
const read = (values: Record<string, unknown>, where: { folder: string | null; storage: string } = places) => auditSettings(raw(values), where);

describe('auditSettings', () => {
  it('are the defaults of the audit where nothing is set', () => {
    expect(read({})).toEqual({ ...defaultSettings, measures: ['activation', 'loss', 'push'], cache: { folder: join('/storage', 'cache'), maxBytes: 2 ** 31 } });
  });

  it('take relative paths from the workspace folder', () => {
    expect(read({ ordinaryFile: 'data/trusted.jsonl', card: '/cards/a.persona.json', template: 'chat.jinja' })).toMatchObject({
      ordinary: join('/work space', 'data/trusted.jsonl'),
      card: '/cards/a.persona.json',
      template: { kind: 'file', path: join('/work space', 'chat.jinja') },
    });
    expect(() => read({ card: 'a.json' }, { ...places, folder: null })).toThrow('no folder is open');
  });

  it('an adapter is a folder and a scale, 1 unless set', () => {
    expect(read({ adapter: 'lora' }).adapter).toEqual({ folder: join('/work space', 'lora'), scale: 1 });
    expect(read({ adapter: '/lora', adapterScale: 0.5 }).adapter).toEqual({ folder: '/lora', scale: 0.5 });
    expect(read({ adapterScale: 0.5 }).adapter).toBeNull();
    expect(() => read({ adapter: 'lora', adapterScale: 'all' })).toThrow('personaLens.adapterScale');
  });

  it('read the words that stand for a choice', () => {
    expect(read({ template: 'none', threads: 0, mapping: {}, systemPrompt: '' })).toMatchObject({ template: { kind: 'none' }, threads: null, mapping: null, systemPrompt: null });
    expect(read({ threads: 4, mapping: { prompt: 'q' }, 'cache.maxMegabytes': 0 })).toMatchObject({ threads: 4, mapping: { prompt: 'q' }, cache: null });
  });

  it('name the setting that is wrong', () => {
    expect(() => read({ maxTokens: 'many' })).toThrow('personaLens.maxTokens');
    expect(() => read({ mapping: { answer: 'x' } })).toThrow('personaLens.mapping');
    expect(() => readSetting(raw({ 'lens.show': 'some' }), 'lens.show')).toThrow('personaLens.lens.show');
    expect(displaySetting(raw({ 'lens.show': 'some' }), 'lens.show')).toBe('flaggedOrTop');
  });
});

describe('cacheLocation', () => {
  it('must be absolute', () => {
    expect(cacheLocation(raw({ 'cache.folder': '/cache' }), places).folder).toBe('/cache');
    expect(() => cacheLocation(raw({ 'cache.folder': 'cache' }), places)).toThrow('absolute');
  });
});
