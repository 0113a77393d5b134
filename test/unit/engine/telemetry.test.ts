import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith } from '../../support/folder';
import { root } from '../../support/paths';

/** Opens and runs a session as a process of its own, as the engine child does. */
const program = `
import { GraphBuilder, emptyGraph } from './src/core/onnx';
import { OrtSession } from './src/engine/ortSession';
const builder = new GraphBuilder(emptyGraph());
builder.output(builder.op('Relu', [builder.input('x', 'float32', ['n'])], {}, 'y'));
void OrtSession.create(builder.graph, { device: 'cpu', threads: 1 })
  .then((session) => session.run({ x: { data: Float32Array.of(-1, 2), dims: [2] } }))
  .then(({ y }) => console.log([...y!.data].join()));
`;

test('the runtime gathers no usage data: nothing of its own is left in the user\'s folders', async () => {
  const folder = folderWith();
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const outfile = join(folder, 'program.cjs');
  await build({ stdin: { contents: program, resolveDir: root, loader: 'ts' }, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'], external: ['onnxruntime-node'], logLevel: 'warning' });

  const home = join(folder, 'home');
  mkdirSync(home);
  const { ORT_DISABLE_TELEMETRY: _, ...inherited } = process.env;
  const places = Object.fromEntries(['HOME', 'USERPROFILE', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'LOCALAPPDATA', 'APPDATA', 'TMPDIR'].map((name) => [name, home]));
  const output = execFileSync(process.execPath, [outfile], { env: { ...inherited, ...places }, encoding: 'utf8' });
  expect(output.trim()).toBe('0,2');
  expect(readdirSync(home, { recursive: true })).toEqual([]);
});
