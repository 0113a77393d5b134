// Runs an extension's test suite inside the real extension host, in a workbench that no one looks at.
// EDITOR_TEST_VERBOSE=1 prints the workbench's own log as well, EDITOR_TEST_TIMEOUT_MS ends a suite that hangs.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { installEditor } from './install.mjs';
import { startServer } from './server.mjs';

const TIMEOUT_MS = Number(process.env.EDITOR_TEST_TIMEOUT_MS ?? 600_000);
/** The workbench's own log lines, told from the suite's output. */
const WORKBENCH_LINE =
  /^%c|^\[|^(Resolv|Creating a socket|Creation of workbench|Ignoring fetching|Updating additional)|\/static\/out\/vs\//;

/** @param {string[]} args as given to the desktop executable @returns {Promise<number>} the exit code of the suite */
export async function runHost(args) {
  const { developmentPaths, testsPath, workspace } = parse(args);
  await installEditor();
  const server = await startServer({ args: ['--enable-smoke-test-driver', '--disable-workspace-trust'] });
  /** @type {import('playwright-core').Browser | undefined} */
  let browser;
  try {
    browser = await launchBrowser({ tempDir: server.tempDir });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.exposeFunction('codeAutomationLog', (type, values) => print(type, values));
    const finished = new Promise((done) => void page.exposeFunction('codeAutomationExit', done));
    const remote = (path) => `vscode-remote://${new URL(server.url).host}${path}`;
    const payload = [
      ...developmentPaths.map((path) => ['extensionDevelopmentPath', remote(path)]),
      ['extensionTestsPath', remote(testsPath)],
      ['skipWelcome', 'true'],
    ];
    const opened =
      workspace === undefined
        ? 'ew=true'
        : `${workspace.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(workspace)}`;
    await page.goto(`${server.url}?${opened}&payload=${encodeURIComponent(JSON.stringify(payload))}`, { timeout: TIMEOUT_MS });
    return await Promise.race([finished, server.died, tooLate()]);
  } finally {
    await browser?.close();
    await server.close();
  }
}

/** @param {string[]} args */
function parse(args) {
  const values = (name) =>
    args.flatMap((arg) => (arg.startsWith(`--${name}=`) ? [resolve(arg.slice(name.length + 3))] : []));
  const [testsPath] = values('extensionTestsPath');
  if (testsPath === undefined) throw new Error('--extensionTestsPath=... is missing: this runs test suites only.');
  const workspace = args.find((arg) => !arg.startsWith('-') && existsSync(arg));
  return {
    developmentPaths: values('extensionDevelopmentPath'),
    testsPath,
    workspace: workspace && resolve(workspace),
  };
}

function print(type, values) {
  if (process.env.EDITOR_TEST_VERBOSE || !WORKBENCH_LINE.test(String(values[0]))) {
    (type === 'error' ? process.stderr : process.stdout).write(`${format(...values)}\n`);
  }
}

function tooLate() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`the suite did not end within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS).unref();
  });
}
