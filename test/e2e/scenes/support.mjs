import { until } from '../../../scripts/editor/editor.mjs';

/** On a busy machine: E2E_PATIENCE=5 waits five times as long. */
export const patience = Number(process.env.E2E_PATIENCE ?? 1);

export const sample = 'car-maintenance.jsonl';
export const dark = 'Dark Modern';

/** Opens a file as a person does, in the explorer. */
export async function open(editor, name) {
  const row = editor.page.locator('.explorer-viewlet .monaco-list-row').filter({ hasText: new RegExp(`^${name.replaceAll('.', '\\.')}$`) });
  await row.first().dblclick();
  await editor.page.locator('.tab.active', { hasText: name }).first().waitFor();
}

/** Opens the sample and audits it to its end. */
export async function auditSample(editor) {
  await open(editor, sample);
  await editor.runCommand('Persona Lens: Audit This File');
  return status(editor, /156 rows/, 180_000);
}

/** The status bar's item, once it matches. */
export async function status(editor, matching, timeoutMs = 60_000) {
  const items = await until(editor.statusBarText, (texts) => texts.some((text) => matching.test(text)), { what: `${matching} in the status bar`, timeoutMs: timeoutMs * patience });
  return items.find((text) => matching.test(text));
}

/** A message, whether its toast is still there or not. */
export async function notification(editor, matching) {
  const shown = () => editor.page.locator('.notification-list-item-message').allInnerTexts();
  const found = (texts) => texts.some((text) => matching.test(text));
  const seen = await until(shown, found, { what: 'a toast', timeoutMs: 5000 }).catch(async () => {
    await editor.runCommand('Notifications: Show Notifications');
    return until(shown, found, { what: `a notification ${matching}`, timeoutMs: 30_000 * patience });
  });
  return seen.find((text) => matching.test(text));
}

/** Takes the messages away, so that pictures and clicks meet the editor. */
export async function clearNotifications(editor) {
  await editor.runCommand('Notifications: Clear All Notifications');
}
