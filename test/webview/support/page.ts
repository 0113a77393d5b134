import { build } from 'esbuild';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { HeatmapIn, HeatmapOut } from '../../../src/protocol';
import { themeFile, type ThemeName } from './themes';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const kinds: Record<ThemeName, string[]> = {
  'dark-modern': ['vscode-dark'],
  'light-modern': ['vscode-light'],
  'high-contrast': ['vscode-high-contrast'],
  'high-contrast-light': ['vscode-high-contrast-light', 'vscode-high-contrast'],
};

const NONCE = 'bm9uY2U';
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; font-src 'self'`;

/** What the extension host writes around the bundle, with VS Code's own style sheet and variables in front. */
function shell(theme: ThemeName): string {
  const [kind] = kinds[theme];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta property="csp-nonce" content="${NONCE}">
<title>Persona Lens: heatmap</title>
<link rel="stylesheet" href="/vscode-default.css">
<link id="theme" rel="stylesheet" href="/${theme}.css">
</head>
<body class="${kinds[theme].join(' ')}" data-vscode-theme-kind="${kind}" data-vscode-theme-id="${theme}">
<div id="root"></div>
<script nonce="${NONCE}" src="/heatmap.js"></script>
</body>
</html>`;
}

/** Serves the real bundle behind the real policy. */
export async function serveHeatmap(): Promise<{ url: string; close(): Promise<void> }> {
  const { outputFiles } = await build({
    entryPoints: ['webview/heatmap/main.ts'],
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  });
  const script = outputFiles[0]!.text;
  const server: Server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    const send = (type: string, body: string): void => void response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY }).end(body);
    if (name === 'heatmap.js') return send('text/javascript', script);
    if (/^[\w-]+\.css$/.test(name)) return send('text/css', themeFile(name.replace('.css', '')));
    if (name in kinds) return send('text/html', shell(name as ThemeName));
    response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => new Promise((done) => server.close(() => done())) };
}

/** Runs in the page before anything else: the editor's API, and what the page refuses or throws. */
function stubEditor(): void {
  const recorded = { out: [] as unknown[], faults: [] as string[] };
  let saved: unknown = JSON.parse(sessionStorage.getItem('saved') ?? 'null') ?? undefined;
  const setState = (next: unknown): void => {
    saved = next;
    sessionStorage.setItem('saved', JSON.stringify(next));
  };
  Object.assign(window, {
    recorded,
    acquireVsCodeApi: () => ({ postMessage: (message: unknown) => recorded.out.push(structuredClone(message)), getState: () => saved, setState }),
  });
  document.addEventListener('securitypolicyviolation', (event) => recorded.faults.push(`csp: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));
  window.addEventListener('error', (event) => recorded.faults.push(`error: ${event.message}`));
  window.addEventListener('unhandledrejection', (event) => recorded.faults.push(`rejection: ${String(event.reason)}`));
}

interface Recorded {
  out: HeatmapOut[];
  faults: string[];
}

export interface HeatmapPage {
  page: Page;
  send(...messages: HeatmapIn[]): Promise<void>;
  /** Everything posted since the last call. */
  posted(): Promise<HeatmapOut[]>;
  faults(): Promise<string[]>;
  close(): Promise<void>;
}

export interface PageOptions {
  theme?: ThemeName;
  width?: number;
  height?: number;
  scale?: number;
  reducedMotion?: boolean;
  forcedColors?: boolean;
}

export async function openHeatmap(browser: Browser, url: string, options: PageOptions = {}): Promise<HeatmapPage> {
  const { theme = 'dark-modern', width = 720, height = 1000, scale = 1, reducedMotion, forcedColors } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    forcedColors: forcedColors ? 'active' : 'none',
  });
  await context.addInitScript(stubEditor);
  const page = await context.newPage();
  await page.goto(url + theme);
  await page.waitForFunction(() => (window as unknown as { recorded: Recorded }).recorded.out.length > 0);
  return {
    page,
    async send(...messages) {
      for (const message of messages) await page.evaluate(deliver, pack(message));
      await settle(page);
    },
    posted: () => page.evaluate(() => (window as unknown as { recorded: Recorded }).recorded.out.splice(0)),
    faults: () => page.evaluate(() => (window as unknown as { recorded: Recorded }).recorded.faults),
    close: () => context.close(),
  };
}

/** Two frames: lit has rendered and canvases are drawn. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Playwright has no typed arrays: they travel as plain ones, which may not hold NaN in JSON. */
function pack(message: HeatmapIn): string {
  return JSON.stringify(message, (_, value: unknown) => (value instanceof Float32Array ? { floats: [...value].map((v) => (Number.isNaN(v) ? null : v)) } : value));
}

function deliver(text: string): void {
  const data: unknown = JSON.parse(text, (_, value: unknown) => {
    const floats = (value as { floats?: (number | null)[] } | null)?.floats;
    return floats ? Float32Array.from(floats, (v) => v ?? NaN) : value;
  });
  window.postMessage(data, '*');
}
