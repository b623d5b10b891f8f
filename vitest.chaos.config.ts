import { defineConfig } from 'vitest/config';

/* Everything that goes wrong, and each bench once at a tiny size: what takes minutes. Each file has a sandbox of its own; two at a time, since most of a storm is waiting. */
export default defineConfig({
  test: {
    include: ['tests/chaos/**/*.test.ts', 'bench/benches.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 180_000,
  },
});
