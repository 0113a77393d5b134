import { build, context } from 'esbuild';
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: flags } = parseArgs({ options: { watch: { type: 'boolean' }, production: { type: 'boolean' } } });

/** The editor gives `vscode`; onnxruntime-node carries a native library and stays a package of its own. */
const common = {
  bundle: true,
  sourcemap: !flags.production,
  minify: Boolean(flags.production),
  logLevel: 'warning',
  external: ['vscode', 'onnxruntime-node'],
};
const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
const webview = { ...common, platform: 'browser', format: 'iife', target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } };

/** One bundle a process: the extension host (never onnxruntime), the engine child, the command line, one a webview. */
const bundles = [
  { ...node, entryPoints: ['src/extension/extension.ts'], outfile: 'dist/extension.cjs', external: ['vscode'] },
  { ...node, entryPoints: ['src/audit/child.ts'], outfile: 'dist/engine.cjs' },
  { ...node, entryPoints: ['src/engine/probe/main.ts'], outfile: 'dist/probe.cjs' },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.cjs', banner: { js: '#!/usr/bin/env node' } },
  { ...webview, entryPoints: ['webview/heatmap/main.ts'], outfile: 'dist/webview/heatmap.js' },
];

if (flags.watch) {
  for (const options of bundles) await (await context(options)).watch();
} else {
  rmSync('dist', { recursive: true, force: true });
  await Promise.all(bundles.map((options) => build(options)));
}
