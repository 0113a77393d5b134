import { defineConfig } from 'vitest/config';

/** What the product must survive: real processes, real files, real faults. `SURVIVAL=short`: only the quick cases. */
export default defineConfig({
  test: {
    include: ['test/survival/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
