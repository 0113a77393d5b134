// What a person does and sees in the workbench around the text, as functions of its page.
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { until } from './until.mjs';

/** @typedef {import('playwright-core').Page} Page */

const RETYPE_AFTER_MS = 3000 * Number(process.env.E2E_PATIENCE ?? 1);

/** Monaco draws spaces as no-break spaces. @param {string} text */
export const plain = (text) => text.replaceAll('\u00a0', ' ').trim();

/** Opens a file through quick open and waits for its tab. @param {Page} page @param {string} path absolute */
export async function openFile(page, path) {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  await pick(page, path, name);
  await page.locator('.tab.active', { hasText: name }).first().waitFor();
}

/** Runs a command by the title that the command palette shows. @param {Page} page @param {string} title */
export const runCommand = (page, title) => pick(page, `>${title}`, title);

/**
 * Types into the command palette (`>` commands, `:` lines, neither: files) and takes the row with exactly that label,
 * or, without a label, whatever is first. Starts again where the palette closes, the row is not there yet, or is not taken.
 * @param {Page} page @param {string} text @param {string} [label]
 */
export async function pick(page, text, label) {
  const input = page.locator('.quick-input-widget input.input');
  const rows = page.locator('.quick-input-list .monaco-list-row');
  const row =
    label === undefined ? rows : rows.filter({ has: page.locator('.label-name').filter({ hasText: exactly(label) }) });
  const step = { timeout: RETYPE_AFTER_MS };
  // A command may open a picker of its own: gone is either the palette or what was typed into it.
  const stays = async () => (await input.isVisible()) && (await input.inputValue()) === text;
  const attempt = async () => {
    if (!(await input.isVisible())) await page.keyboard.press('F1');
    await input.fill('', step);
    await input.fill(text, step);
    await row.first().click(step);
    await until(stays, (same) => !same, { what: `"${label ?? text}" to be taken`, timeoutMs: RETYPE_AFTER_MS });
    return true;
  };
  await until(() => attempt().catch(() => false), Boolean, { what: `"${label ?? text}" in the palette` });
}

/** Matches a label as a whole. @param {string} text */
export const exactly = (text) =>
  new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s')}\\s*$`);

/** Closes the active tab. @param {Page} page */
export async function closeTab(page) {
  const tabs = page.locator('.tab');
  const before = await tabs.count();
  await runCommand(page, 'View: Close Editor');
  await until(
    () => tabs.count(),
    (count) => count < before,
    { what: 'the tab to close' },
  );
}

/**
 * The innermost frame of the webview with that title, once it has loaded and is shown.
 * @param {Page} page @param {string} title
 * @returns {Promise<import('playwright-core').Frame>}
 */
export async function webviewFrame(page, title) {
  const find = async () => {
    for (const frame of page.frames()) {
      const shows = await isShownWebview(frame, title).catch(() => false); // the frame may go while it is looked at
      if (shows) return frame;
    }
    return undefined;
  };
  const frame = await until(find, Boolean, { what: `the webview "${title}"` });
  if (!frame) throw new Error(`no webview "${title}"`);
  return frame;
}

async function isShownWebview(frame, title) {
  const outer = frame.parentFrame();
  if (!outer?.parentFrame()) return false;
  const element = await frame.frameElement();
  const is = await element.evaluate(({ id, title }) => ({ id, title }));
  return is.id === 'active-frame' && is.title === title && (await (await outer.frameElement()).isVisible());
}

/** The texts of the visible status bar items. @param {Page} page */
export async function statusBarText(page) {
  const texts = await page.locator('.statusbar-item:visible').allInnerTexts();
  return texts.map((text) => plain(text).replace(/\s+/g, ' ')).filter(Boolean);
}

/** The texts of the notifications in view. @param {Page} page */
export async function notifications(page) {
  return (await page.locator('.notification-toast .notification-list-item-message').allInnerTexts()).map(plain);
}

/** @param {Page} page @param {string} path */
export async function screenshot(page, path) {
  mkdirSync(dirname(resolve(path)), { recursive: true });
  await page.screenshot({ path: resolve(path) });
}
