import { build, context } from 'esbuild';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { bundles } from './scripts/bundles.mjs';

const { values: flags } = parseArgs({ options: { watch: { type: 'boolean' }, production: { type: 'boolean' } } });

if (flags.watch) {
  for (const options of bundles(flags)) await (await context(options)).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  await Promise.all(bundles(flags).map((options) => build(options)));
}
