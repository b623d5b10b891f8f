import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies' | 'scripts',
  Record<string, string>
>;
const sources = globSync(['app/**/*.{ts,tsx}', 'scripts/**/*.{ts,mjs}', 'tests/**/*.ts', 'database/**/*.ts'], { cwd: root })
  .filter((file) => !file.includes('generated'))
  .map((file) => readFileSync(path.join(root, file), 'utf8'));
const uses = (name: string) =>
  sources.some((text) => text.includes(`from '${name}`) || text.includes(`import '${name}`) || text.includes(`import('${name}`));
const commands = [...Object.values(manifest.scripts), ...sources].join('\n');

describe('the packages this project was asked to be built on', () => {
  it.each([
    '@remix-run/node',
    '@shopify/shopify-app-remix',
    '@shopify/polaris',
    '@shopify/app-bridge-react',
    '@prisma/client',
    'graphql-request',
    'vitest',
  ])('%s is a direct dependency and really used', (name) => {
    expect({ ...manifest.dependencies, ...manifest.devDependencies }).toHaveProperty([name]);
    expect(uses(name)).toBe(true);
  });

  it('prisma is a direct dependency and a command uses it', () => {
    expect({ ...manifest.dependencies, ...manifest.devDependencies }).toHaveProperty('prisma');
    expect(commands).toMatch(/prisma generate/);
  });

  it.each([
    'app',
    'extensions',
    'prisma',
    'public',
    'shopify.app.toml',
    'package.json',
    'tsconfig.json',
    'vite.config.ts',
    'README.md',
  ])('%s exists and is not empty', (name) => {
    const full = path.join(root, name);
    expect(existsSync(full)).toBe(true);
    const size = statSync(full).isDirectory() ? globSync('**/*', { cwd: full }).length : statSync(full).size;
    expect(size).toBeGreaterThan(0);
  });
});

describe('connectors', () => {
  it('each folder has exactly one line in the registry', () => {
    const folders = globSync('app/connectors/*/index.ts', { cwd: root })
      .map((file) => path.basename(path.dirname(file)))
      .filter((name) => name !== 'contract');
    const registry = readFileSync(path.join(root, 'app/connectors/registry.ts'), 'utf8');
    expect(folders.length).toBeGreaterThan(0);
    for (const folder of folders) expect(registry.match(new RegExp(`from './${folder}/index.ts'`, 'g'))).toHaveLength(1);
  });

  it('no vendor is named outside its own folder', () => {
    const files = globSync('app/**/*.{ts,tsx}', { cwd: root }).filter(
      (file) => !file.startsWith('app/connectors/') && !file.includes('generated'),
    );
    const named = files.filter((file) =>
      /hotwax|pulpo|orderwise|extensiv|cartrover/i.test(readFileSync(path.join(root, file), 'utf8')),
    );
    expect(named).toEqual([]);
  });
});

describe('the tables', () => {
  const schema = readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8');
  const models = [...schema.matchAll(/^model (\w+) \{([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => ({ name, body }));
  // A pool belongs to all of its members (decision 010): its tables hold no shop's records.
  const global = new Set(['Shop', 'Session', 'Budget', 'BudgetSlot', 'StockPool', 'StockPoolLeft']);

  it('belong to a shop, whose id starts every key', () => {
    const owned = models.filter(({ name }) => !global.has(name));
    expect(owned.length).toBeGreaterThan(20);
    for (const { name, body } of owned) {
      expect(body, name).toContain('@map("shop_id")');
      for (const [, key = ''] of body.matchAll(/@@(?:id|unique)\(\[(\w+)/g)) expect(key, name).toBe('shopId');
    }
  });
});
