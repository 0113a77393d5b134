import { test } from 'vitest';
import { launchBrowser } from '../../scripts/editor/browser.mjs';
import { fixture } from './support/inspection';
import { openHeatmap, serveHeatmap, themes } from './support/page';
test('shots', async () => {
  const s = await serveHeatmap();
  const b = await launchBrowser();
  const f = fixture();
  for (const theme of themes) {
    const h = await openHeatmap(b, s.url, { theme });
    await h.send({ type: 'row', inspection: f.inspection, context: f.context }, { type: 'cursor', offset: f.start + 260 });
    await h.page.waitForTimeout(300);
    await h.page.screenshot({ path: `/tmp/hm/${theme}.png`, fullPage: true });
    console.log(theme, await h.faults());
    await h.close();
  }
  const h = await openHeatmap(b, s.url, { width: 320, height: 900 });
  await h.send({ type: 'row', inspection: f.inspection, context: f.context });
  await h.page.screenshot({ path: `/tmp/hm/narrow.png`, fullPage: true });
  console.log(await h.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]));
  await b.close(); await s.close();
});
