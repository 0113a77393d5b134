import { until } from '../../../scripts/editor/editor.mjs';
import { patience } from './support.mjs';

/** All that the view says, shadow trees included. */
export const textOf = (frame) =>
  frame.evaluate(() => {
    const read = (node) => (node instanceof Text ? node.data : [...(node.shadowRoot ?? node).childNodes].map(read).join(' '));
    return read(document.body).replace(/\s+/g, ' ');
  });

/** What the view says, once it matches. */
export const shows = (frame, matching, timeoutMs = 30_000) => until(() => textOf(frame), (text) => matching.test(text), { what: `${matching} in the heatmap`, timeoutMs: timeoutMs * patience });

/** The row's tokens as they are drawn, turn by turn. @returns {Promise<{ token: number, text: string, colour: string }[][]>} */
export const tokensOf = (frame) =>
  frame.locator('persona-conversation .turn').evaluateAll((turns) =>
    turns.map((turn) => [...turn.querySelectorAll('[data-token]')].map((span) => ({ token: Number(span.dataset.token), text: span.textContent, colour: span.style.backgroundColor }))),
  );

/** The token that the editor's cursor stands in; null where none is outlined. */
export const outlined = async (frame) => {
  const found = await frame.locator('persona-conversation .cursor').evaluateAll((spans) => spans.map((span) => Number(span.dataset.token)));
  return found.length === 1 ? found[0] : null;
};
