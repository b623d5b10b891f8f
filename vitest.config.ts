import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{app,database,sandbox,scripts,tests}/**/*.test.ts', 'extensions/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'build/**', 'tests/flows/**', 'tests/browser/**', 'tests/chaos/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
