/**
 * What the product is bundled into, one file a process: the extension host (never onnxruntime), the engine child, the command
 * line, one a webview.
 * @param {{ outdir?: string, production?: boolean }} [options]
 * @returns {import('esbuild').BuildOptions[]}
 */
export function bundles({ outdir = 'dist', production = false } = {}) {
  /** The editor gives `vscode`; onnxruntime-node carries a native library and stays a package of its own. */
  const common = {
    bundle: true,
    sourcemap: !production,
    minify: production,
    logLevel: 'warning',
    external: ['vscode', 'onnxruntime-node'],
  };
  const node = { ...common, platform: 'node', format: 'cjs', target: 'node20', mainFields: ['module', 'main'] };
  const webview = { ...common, platform: 'browser', format: 'iife', target: 'es2022', define: { 'process.env.NODE_ENV': '"production"' } };
  return [
    { ...node, entryPoints: ['src/extension/extension.ts'], outfile: `${outdir}/extension.cjs`, external: ['vscode'] },
    { ...node, entryPoints: ['src/audit/child.ts'], outfile: `${outdir}/engine.cjs` },
    { ...node, entryPoints: ['src/engine/probe/main.ts'], outfile: `${outdir}/probe.cjs` },
    { ...node, entryPoints: ['src/cli/main.ts'], outfile: `${outdir}/cli.cjs`, banner: { js: '#!/usr/bin/env node' } },
    { ...webview, entryPoints: ['webview/heatmap/main.ts'], outfile: `${outdir}/webview/heatmap.js` },
  ];
}
