// npm run package [-- --target linux-x64 ...] [--out folder]: a .vsix a platform, all platforms unless told.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeTempDir } from './editor/paths.mjs';
import { layOut, placeLibraries } from './package/stage.mjs';
import { targets } from './package/targets.mjs';
import { filesOf, pack } from './package/vsix.mjs';
import { install, root } from './steps.mjs';

const { values } = parseArgs({ options: { target: { type: 'string', multiple: true }, out: { type: 'string', default: join(root, 'release') } } });
const wanted = values.target ?? targets;
const unknown = wanted.find((target) => !targets.includes(target));
if (unknown !== undefined) {
  console.error(`There is no package for "${unknown}": onnxruntime-node has libraries for ${targets.join(', ')}.`);
  process.exit(1);
}

install();
const stage = makeTempDir();
try {
  await layOut(stage);
  for (const target of wanted) {
    placeLibraries(stage, target);
    const { path, bytes } = await pack(stage, target, values.out);
    console.log(`${target}: ${path}, ${(bytes / 1e6).toFixed(1)} MB, ${(await filesOf(stage)).length} files`);
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
