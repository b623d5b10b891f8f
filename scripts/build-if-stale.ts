import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const stamp = path.join(root, 'build/.inputs');
/** What a build leaves behind. Whoever installs packages anew removes some of it (of Prisma's client a stub is left). */
const outputs = [
  'build/server/index.js',
  'node_modules/.prisma/client/schema.prisma',
  'app/shopify/operations/generated/graphql.ts',
];

function inputsHash(): string {
  const files = globSync(
    ['app/**/*.{ts,tsx,json,graphql,css}', 'public/**/*', 'prisma/schema.prisma', 'vite.config.ts', 'package-lock.json'],
    {
      cwd: root,
      exclude: (name) => name === 'generated' || name.endsWith('.test.ts'),
    },
  ).sort();
  const hash = createHash('sha256');
  for (const file of files) {
    const full = path.join(root, file);
    if (/\.[a-z]+$/i.test(file)) hash.update(file).update(readFileSync(full));
  }
  return hash.digest('hex');
}

/** Builds the pages and generated code when their sources changed since the last build, or something of it is gone. */
export function buildIfStale(): void {
  const wanted = inputsHash();
  const complete = [stamp, ...outputs.map((file) => path.join(root, file))].every((file) => existsSync(file));
  if (complete && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write('Building the app …\n');
  const result = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`The build failed:\n${result.stdout}\n${result.stderr}`);
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}
