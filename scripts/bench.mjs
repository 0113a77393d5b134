// npm run bench -- [NAME] [ARGUMENTS]: a file of bench/; "audit" unless told.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const [first = '', ...rest] = process.argv.slice(2);
const named = existsSync(join(root, 'bench', `${first}.ts`));
const [name, args] = named ? [first, rest] : ['audit', process.argv.slice(2)];
process.exit(spawnSync(process.execPath, [join(root, 'scripts/run-ts.mjs'), join(root, 'bench', `${name}.ts`), ...args], { stdio: 'inherit', cwd: root }).status ?? 1);
