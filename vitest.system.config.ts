import { defineConfig } from 'vitest/config';

/* The whole system: one sandbox for all files, which therefore take turns. */
export default defineConfig({
  test: {
    include: ['tests/flows/**/*.test.ts', 'tests/browser/**/*.test.ts'],
    globalSetup: ['tests/setup/sandbox.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
