import { defineConfig } from 'vitest/config';

/** The views: their logic in Node, and the built bundle in a headless browser (`*.browser.test.ts`). */
export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
