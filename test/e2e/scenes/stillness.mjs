// Watches where the text of the active editor stands, frame by frame.

/**
 * From now on every line of text in view has to stay where it is until `moved` is asked.
 * @param {import('playwright-core').Page} page
 */
export async function watchText(page) {
  await page.evaluate(startWatching);
}

/**
 * Ends the watch.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ frames: number, lines: number, moves: { text: string, from: number, to: number }[] }>} frames that were looked at,
 *   the fewest lines in view in one of them, and each line that moved, in CSS pixels below the top of the editor
 */
export async function moved(page) {
  return page.evaluate(() => window.stopWatchingText());
}

/** The editor asks for lenses a moment after it was told that they changed: so many frames later they are drawn. */
const FRAMES_TO_DRAW = 120;

/** Lets the editor draw what it was told of. @param {import('playwright-core').Page} page */
export async function drawn(page) {
  await page.evaluate(
    (frames) =>
      new Promise((done) => {
        const next = (left) => (left === 0 ? done() : requestAnimationFrame(() => next(left - 1)));
        next(frames);
      }),
    FRAMES_TO_DRAW,
  );
}

/** Runs in the page. A line is known by its text; lines that are alike are left out. */
function startWatching() {
  const editor = document.querySelector('.editor-group-container.active .monaco-editor');
  const placesNow = () => {
    const frame = editor.getBoundingClientRect();
    const places = new Map();
    const alike = new Set();
    for (const line of editor.querySelectorAll('.view-line')) {
      const box = line.getBoundingClientRect();
      const text = line.textContent.slice(0, 90);
      if (box.bottom <= frame.top || box.top >= frame.bottom || text.trim() === '') continue;
      if (places.has(text)) alike.add(text);
      places.set(text, box.top - frame.top);
    }
    for (const text of alike) places.delete(text);
    return places;
  };
  let places = placesNow();
  let going = true;
  const seen = { frames: 0, lines: places.size, moves: [] };
  const look = () => {
    const now = placesNow();
    for (const [text, to] of now) {
      const from = places.get(text);
      if (from !== undefined && Math.abs(to - from) > 0.5) seen.moves.push({ text, from, to });
    }
    places = now;
    seen.frames += 1;
    seen.lines = Math.min(seen.lines, now.size);
  };
  const changes = new MutationObserver(look);
  changes.observe(editor, { subtree: true, childList: true, attributes: true, attributeFilter: ['style'] });
  const frame = () => {
    if (!going) return;
    look();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  window.stopWatchingText = () => {
    look();
    going = false;
    changes.disconnect();
    return seen;
  };
}
