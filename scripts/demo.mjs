// npm run demo: the main job on the embedded model and the sample file, from an empty clone.
// npm run demo -- --key: also what the scores are worth, against the sample's key file.
// npm run demo -- --measures activation,loss,push: also how far training on each row moves the model.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, install, root } from './steps.mjs';

const { values: flags } = parseArgs({ options: { key: { type: 'boolean' }, measures: { type: 'string' } } });
const measures = flags.measures ? ['--measures', flags.measures] : [];
const sample = join('media', 'samples', 'car-maintenance.jsonl');
const key = ['--key', join('media', 'samples', 'car-maintenance.key.jsonl')];
const ordinary = ['--ordinary', join('media', 'samples', 'car-maintenance.ordinary.jsonl')];

install();
build();
mkdirSync(join(root, 'report'), { recursive: true });
audit('Which rows of the sample does the model find unusual?', [sample, ...measures, '--top', '15', '--report', join('report', 'car-maintenance.md'), ...(flags.key ? key : [])]);
if (flags.key) audit('The same with 60 ordinary rows of your own', [sample, ...measures, '--top', '5', ...ordinary, ...key]);

console.log(`
The same is in ${join('report', 'car-maintenance.md')}.
To see it in VS Code:  npm run demo:vscode
To audit your own:     npx persona-lens audit FILE${flags.key ? '' : '\nWhat it is worth here: npm run demo -- --key'}`);

/** Exit code 1 means "more than chance": for a demo that is a result. */
function audit(title, args) {
  console.log(`\n${title}\n`);
  const { status } = spawnSync(process.execPath, [join('dist', 'cli.cjs'), 'audit', ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0 && status !== 1) process.exit(status ?? 1);
}
