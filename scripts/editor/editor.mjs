// A running VS Code with an extension in it, and the hands and eyes to use it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { launchBrowser } from './browser.mjs';
import { watchCsp } from './csp.mjs';
import * as gestures from './gestures.mjs';
import { installEditor } from './install.mjs';
import { serverEditorSupported } from './paths.mjs';
import { chooseTheme, findTheme, typeSettings } from './preferences.mjs';
import { startServer } from './server.mjs';
import * as text from './text-gestures.mjs';
import { until } from './until.mjs';

export { serverEditorSupported } from './paths.mjs';
export { until } from './until.mjs';

const STEP_TIMEOUT_MS = 60_000;

/** @type {typeof import('./editor.d.mts').startEditor} */
export async function startEditor({
  extensionDir,
  vsix,
  workspace,
  settings = {},
  theme = 'Dark Modern',
  trust = true,
  viewport,
  serverArgs,
  env,
}) {
  if (!serverEditorSupported)
    throw new Error('The editor with a browser needs Linux x64; run the in-host tests here instead.');
  await installEditor();
  const server = await startServer({
    extensionDir,
    vsix,
    settings: { 'security.workspace.trust.enabled': !trust, 'workbench.colorTheme': findTheme(theme).id, ...settings },
    args: serverArgs,
    env,
  });
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  const close = async () => {
    await browser?.close();
    await server.close();
  };
  try {
    browser = await launchBrowser({ tempDir: server.tempDir });
    const context = await browser.newContext({ viewport: viewport ?? { width: 1400, height: 900 } });
    context.setDefaultTimeout(STEP_TIMEOUT_MS);
    /** @type {import('./editor.d.mts').ConsoleMessage[]} */
    const consoleMessages = [];
    context.on('console', (message) => consoleMessages.push({ type: message.type(), text: message.text() }));
    context.on('weberror', (thrown) =>
      consoleMessages.push({ type: 'error', text: thrown.error().stack ?? thrown.error().message }),
    );
    const cspViolations = await watchCsp(context);
    const page = await context.newPage();
    const root = resolve(workspace);
    const opened = root.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const workbench = page.locator('.monaco-workbench').first();
    await Promise.race([page.goto(`${server.url}?${opened}=${encodeURIComponent(root)}`), server.died]);
    await workbench.locator('.part.statusbar').waitFor();
    const wearing = ({ id, cssClass }) =>
      until(
        async () => (await workbench.getAttribute('class')) ?? '',
        (classes) => classes.split(' ').includes(cssClass),
        { what: `the theme "${id}"` },
      );
    await wearing(findTheme(theme));

    const readSettings = () => readFileSync(server.settingsFile, 'utf8');
    return {
      url: server.url,
      page,
      browser,
      close,
      consoleMessages,
      cspViolations,
      serverLog: server.log,
      openFile: (name) => gestures.openFile(page, resolve(root, name)),
      runCommand: (title) => gestures.runCommand(page, title),
      closeTab: () => gestures.closeTab(page),
      webviewFrame: (title) => gestures.webviewFrame(page, title),
      statusBarText: () => gestures.statusBarText(page),
      notifications: () => gestures.notifications(page),
      screenshot: (path) => gestures.screenshot(page, path),
      codeLenses: (matching) => text.codeLenses(page, matching),
      clickLens: (matching) => text.clickLens(page, matching),
      hoverAt: (words, options) => text.hoverAt(page, words, options),
      revealLine: (line) => text.revealLine(page, line),
      changeSettings: async (changes) => {
        const wanted = { ...JSON.parse(readSettings()), ...changes };
        await typeSettings(page, wanted);
        await until(readSettings, (saved) => saved === JSON.stringify(wanted), { what: 'the settings to be saved' });
        await gestures.closeTab(page);
      },
      setTheme: async (name) => {
        const wanted = findTheme(name);
        await chooseTheme(page, wanted.label);
        await wearing(wanted);
        await until(readSettings, (saved) => saved.includes(JSON.stringify(wanted.id)), {
          what: 'the theme to be saved',
        });
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
