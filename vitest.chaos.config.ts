import { defineConfig } from 'vitest/config';

/* Everything that goes wrong, on one sandbox of its own: clocks jump and processes die, which no other test should meet. */
export default defineConfig({
  test: {
    include: ['tests/chaos/**/*.test.ts'],
    globalSetup: ['tests/chaos/setup.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
