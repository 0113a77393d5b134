// What a person does and sees in the text of the active editor: lenses, hovers, lines.
import { exactly, pick, plain } from './gestures.mjs';
import { until } from './until.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * The titles of the code lenses in view, from top to bottom, once at least one (or one that matches) is drawn.
 * @param {Page} page @param {RegExp} [matching]
 */
export function codeLenses(page, matching = /\S/) {
  const read = () =>
    page.locator('.codelens-decoration > a, .codelens-decoration > span').evaluateAll((elements) =>
      elements
        .map((element) => ({ text: element.innerText, box: element.getBoundingClientRect() }))
        .filter(({ text, box }) => text.trim() !== '|' && box.height > 0)
        .sort((a, b) => a.box.top - b.box.top || a.box.left - b.box.left)
        .map(({ text }) => text),
    );
  return until(
    async () => (await read()).map(plain),
    (titles) => titles.some((title) => matching.test(title)),
    { what: `a code lens ${matching}` },
  );
}

/** Clicks the first lens that matches. @param {Page} page @param {RegExp} matching */
export async function clickLens(page, matching) {
  await codeLenses(page, matching);
  await page.locator('.codelens-decoration > a').filter({ hasText: matching }).first().click();
}

/**
 * Moves the pointer over a text of the editor and returns what the hover says.
 * @param {Page} page
 * @param {string} text the first place in view that shows it
 * @param {{ line?: number, matching?: RegExp }} [options] `line` counts from 1; `matching` waits for that text in the hover
 */
export async function hoverAt(page, text, { line, matching = /\S/ } = {}) {
  if (line !== undefined) await revealLine(page, line);
  const at = await until(() => page.evaluate(findInEditor, text), Boolean, { what: `"${text}" in the editor` });
  const hover = page.locator('.monaco-hover:not(.hidden):visible');
  await page.mouse.move(0, 0);
  await until(
    () => hover.count(),
    (count) => count === 0,
    { what: 'the hover before to go' },
  );
  const read = async () => {
    const texts = (await hover.allInnerTexts()).map(plain);
    if (texts.length === 0) {
      await page.mouse.move(at.x - 1, at.y);
      await page.mouse.move(at.x, at.y);
    }
    return texts.join('\n');
  };
  await page.mouse.move(at.x, at.y);
  return until(read, (seen) => matching.test(seen.replace(/^Loading\.\.\.$/, '')), {
    what: `a hover over "${text}"`,
    everyMs: 400,
  });
}

/** Runs in the page: the middle of the first place of the active editor that shows `text`. */
function findInEditor(text) {
  const root =
    document.querySelector('.editor-group-container.active .monaco-editor .view-lines') ??
    document.querySelector('.monaco-editor .view-lines');
  const lines = [...(root?.querySelectorAll('.view-line') ?? [])];
  lines.sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top);
  for (const line of lines) {
    const start = line.textContent.replaceAll('\u00a0', ' ').indexOf(text);
    if (start < 0) continue;
    const range = document.createRange();
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let seen = 0; walker.nextNode(); seen += walker.currentNode.data.length) {
      const node = walker.currentNode;
      const inside = (offset) => offset >= seen && offset <= seen + node.data.length;
      if (inside(start)) range.setStart(node, start - seen);
      if (inside(start + text.length)) {
        range.setEnd(node, start + text.length - seen);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
    }
  }
  return undefined;
}

/** Puts the cursor on a line and scrolls it into view. @param {Page} page @param {number} line counts from 1 */
export async function revealLine(page, line) {
  await pick(page, `:${line}`);
  await page
    .locator('.editor-group-container.active .line-numbers.active-line-number', { hasText: exactly(String(line)) })
    .waitFor();
}
