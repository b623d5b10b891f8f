import { defineConfig } from 'vitest/config';

declare module 'vitest' {
  interface ProvidedContext {
    fuzz: 'short' | 'nightly';
  }
}

export default defineConfig({
  test: {
    include: ['{app,bench,database,sandbox,scripts,tests}/**/*.test.ts', 'extensions/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'build/**', 'tests/flows/**', 'tests/browser/**', 'tests/chaos/**', 'bench/benches.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // How long the property tests go on: FUZZ=nightly npx vitest run
    provide: { fuzz: process.env['FUZZ'] === 'nightly' ? 'nightly' : 'short' },
  },
});
