import { describe, expect, it } from 'vitest';
import { checkingWords, modelDetail, modelWords } from '../../../src/extension/words/models';
import type { ListedModel } from '../../../src/protocol';

const t = (message: string, ...args: (string | number)[]) => message.replace(/\{(\d)\}/g, (_, i: string) => String(args[Number(i)]));
const model: ListedModel = { folder: '/models/tiny', name: 'tiny', source: 'folder', architecture: 'qwen2', bytes: 988e6, problem: null };

describe('a listed model', () => {
  it('says architecture, size and place', () => {
    expect([modelWords(model, t), modelDetail(model, t)]).toEqual(['qwen2, 942 MB', '/models/tiny']);
    expect(modelDetail({ ...model, folder: null, source: 'bundled' }, t)).toBe('comes with Persona Lens');
  });

  it('that cannot be used says why', () => {
    const broken = { ...model, architecture: null, bytes: null, problem: 'model_type "bert" is not supported.' };
    expect([modelWords(broken, t), modelDetail(broken, t)]).toEqual(['cannot be used', 'model_type "bert" is not supported.']);
  });
});

it('a check says what comes next', () => {
  expect(checkingWords(null, t)).toBe('reading the model’s files');
  expect(checkingWords('chat template', t)).toBe('loading the model');
  expect(checkingWords('parity', t)).toBe('measuring');
});
