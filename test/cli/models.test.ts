import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSafetensorsHeader } from '../../src/core/tensors';
import type { ModelCheck } from '../../src/core/types';
import { folderWith } from '../support/folder';
import { makeTinyModel } from '../support/tinyModel.mjs';
import { cli as run } from './support';

const cli = (args: string[]) => run([...args], { XDG_CACHE_HOME: folderWith() });

test('doctor tells findings line by line, or as one object, and ends with 2 where a model cannot be used', async () => {
  const model = makeTinyModel(join(folderWith(), 'my model'));
  const told = await cli(['doctor', model, '--device', 'cpu']);
  expect(told.code, told.err).toBe(0);
  const lines = told.out.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^ok {4}architecture {3}llama: 4 blocks of width 48/);
  expect(lines.at(-1)).toBe('This model can be used; see the notes.');
  const json = JSON.parse((await cli(['doctor', model, '--device', 'cpu', '--json'])).out) as ModelCheck & { tool: { name: string } };
  expect([json.tool.name, json.name, json.usable, json.findings.length]).toEqual(['persona-lens', 'my model', true, lines.length - 2]);
  const none = await cli(['doctor', '/nowhere']);
  expect([none.code, none.out.split('\n')[0]]).toEqual([2, 'NO    architecture   /nowhere/config.json cannot be read (ENOENT). Choose the folder that training wrote: config.json lies beside the weights.']);
});

test('trace writes a file, and says what it cannot do', async () => {
  const model = makeTinyModel(folderWith());
  const out = join(folderWith(), 'a trace.safetensors');
  const written = await cli(['trace', '--model', model, '--text', 'Hi', '--hook', 'blocks.1.hook_resid_mid', '--out', out, '--device', 'cpu']);
  expect(written).toMatchObject({ code: 0, err: '' });
  expect(written.out).toContain(`${out}: ids, 1 hook points of`);
  expect([...(await readSafetensorsHeader(out)).keys()]).toEqual(['ids', 'blocks.1.hook_resid_mid', 'logits']);
  for (const [args, message] of [
    [['--out', out], 'Give --text TEXT or --ids 1,2,3.'],
    [['--chat', '--out', out], '--chat needs --text'],
    [['--text', 'a', '--ids', '1', '--out', out], 'cannot be used with'],
    [['--ids', '1,x', '--out', out], 'Give token ids'],
    [['--ids', '1'], "required option '--out <file>' not specified"],
    [['--ids', '1', '--out', join(model, 'model.safetensors'), '--model', model], 'are read and never written'],
  ] as const) {
    const refused = await cli(['trace', ...args]);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(message)]);
  }
});
