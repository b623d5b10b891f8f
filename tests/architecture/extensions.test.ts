import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { parse } from 'smol-toml';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

/** tsc takes four seconds, and many times that beside everything else on a small machine. */
const SLOW = 180_000;

/** Shopify refuses more than 64 KB compressed (shopify.dev, "Optimize bundle size"); we stay below it uncompressed. */
const BUNDLE_LIMIT = 64 * 1024;

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, 'extensions');
/** What has settings is an extension; `shared` is what they have in common. */
const extensions = readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'shopify.extension.toml')));
const withCode = extensions.filter((name) => existsSync(path.join(folder, name, 'src')));
const scratch = mkdtempSync(path.join(tmpdir(), 'crossdock-extensions-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const common = {
  name: z.string().startsWith('t:'),
  description: z.string().startsWith('t:'),
  handle: z
    .string()
    .max(30)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  uid: z.uuid(),
};
const settings = z.object({
  api_version: z.string().regex(/^\d{4}-(01|04|07|10)$/),
  extensions: z
    .array(
      z.discriminatedUnion('type', [
        z.object({
          ...common,
          type: z.literal('ui_extension'),
          targeting: z.array(z.strictObject({ module: z.string().startsWith('./src/'), target: z.string() })).min(1),
        }),
        z.object({
          ...common,
          type: z.literal('admin_link'),
          // one link, to a page of the app
          targeting: z
            .array(z.strictObject({ url: z.string().startsWith('app://app/'), target: z.string().endsWith('.link') }))
            .length(1),
        }),
      ]),
    )
    .min(1),
});
const packageFile = z.object({ name: z.string(), private: z.literal(true), devDependencies: z.record(z.string(), z.string()) });

const readSettings = (name: string) =>
  settings.parse(parse(readFileSync(path.join(folder, name, 'shopify.extension.toml'), 'utf8')));
const readPackage = (name: string) =>
  packageFile.parse(JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')));
const typeCheck = (directory: string) =>
  spawnSync(path.join(root, 'node_modules/.bin/tsc'), ['-p', directory, '--pretty', 'false'], { cwd: root, encoding: 'utf8' });

/** Shopify's places for links that we use (shopify.dev, "Admin link extension"). */
const linkTargets = ['admin.order-details.action.link', 'admin.product-details.action.link'];

const routesOnDisk = (): Promise<unknown> => {
  // What Remix' compiler does before it asks routes.ts.
  Object.assign(globalThis, { __remixAppDirectory: path.join(root, 'app') });
  return import('../../app/routes.ts');
};

/** A copy of an extension that finds the same packages, to break something in. */
function copyOf(name: string): string {
  const copy = path.join(scratch, name);
  cpSync(path.join(folder, 'shared'), path.join(scratch, 'shared'), { recursive: true });
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(path.join(folder, name), copy, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
  if (!existsSync(path.join(scratch, 'node_modules')))
    symlinkSync(path.join(root, 'node_modules'), path.join(scratch, 'node_modules'), 'dir');
  return copy;
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
  writeFileSync(file, text.replace(from, to));
}

describe('every Shopify extension', () => {
  it('is found', () => {
    expect(extensions).toEqual(['admin-links', 'order-status', 'product-status', 'sync-again']);
  });

  it.each(withCode)('%s has the settings that Shopify asks for, for the API that its types are of', (name) => {
    const { api_version: version } = readSettings(name);
    const [year, month = ''] = (readPackage(name).devDependencies['@shopify/ui-extensions'] ?? '').split('.');
    expect(version).toBe(`${year}-${month.padStart(2, '0')}`);
  });

  it('has a handle and an identity of its own', () => {
    const all = extensions.flatMap((name) => readSettings(name).extensions);
    for (const key of ['handle', 'uid'] as const) expect(new Set(all.map((one) => one[key])).size).toBe(all.length);
  });

  it('stands where Shopify has a place for it: each target is one of its types, or a link it knows', () => {
    const targets = extensions.flatMap((name) =>
      readSettings(name).extensions.flatMap(({ type, targeting }) => targeting.map(({ target }) => ({ type, target }))),
    );
    const types = path.join(root, 'node_modules/@shopify/ui-extensions/build/ts/surfaces/admin/targets');
    const unknown = targets.filter(({ type, target }) =>
      type === 'ui_extension' ? !existsSync(path.join(types, `${target}.d.ts`)) : !linkTargets.includes(target),
    );
    expect(unknown).toEqual([]);
    expect(targets.map(({ target }) => target).sort()).toEqual([
      'admin.order-details.action.link',
      'admin.order-details.action.render',
      'admin.order-details.block.render',
      'admin.order-index.selection-action.render',
      'admin.product-details.action.link',
      'admin.product-details.action.render',
      'admin.product-details.block.render',
      'admin.product-index.selection-action.render',
    ]);
  });

  it('links to addresses that the app has', async () => {
    const { default: config } = (await routesOnDisk()) as { default: Promise<{ path?: string }[]> };
    const paths = JSON.stringify(await config);
    expect(paths).toContain('"path":"open/:kind"');
    const links = extensions.flatMap((name) =>
      readSettings(name).extensions.flatMap((one) => (one.type === 'admin_link' ? one.targeting.map(({ url }) => url) : [])),
    );
    expect(links.map((url) => url.replace('app://app/open/', '')).sort()).toEqual(['order', 'product']);
  });

  it.each([...withCode, 'shared'])(
    '%s fits the types of Shopify',
    (name) => {
      const { status, stdout } = typeCheck(path.join(folder, name));
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    },
    SLOW,
  );

  it(
    'would not pass with a misspelled attribute, an unknown element or a message that is not there',
    () => {
      const copy = copyOf('order-status');
      const block = path.join(copy, 'src/order-block.tsx');
      replaceIn(block, '<s-badge tone=', '<s-badge tonne=');
      replaceIn(block, '<s-divider />', '<s-dividr />');
      replaceIn(block, "say('openInApp')", "say('failure.retri')");
      const { status, stdout } = typeCheck(copy);
      expect(status).not.toBe(0);
      expect(stdout).toContain("Property 'tonne' does not exist");
      expect(stdout).toContain("Property 's-dividr' does not exist");
      expect(stdout).toContain(`'"failure.retri"' is not assignable`);
    },
    SLOW,
  );

  it.each(withCode)('%s becomes one script for each place, below the limit, made of nothing of the app', async (name) => {
    for (const { module } of readSettings(name).extensions.flatMap((one) => (one.type === 'ui_extension' ? one.targeting : []))) {
      const { outputFiles, metafile, warnings } = await build({
        entryPoints: [path.join(folder, name, module)],
        absWorkingDir: root,
        bundle: true,
        minify: true,
        format: 'esm',
        target: 'es2022',
        jsx: 'automatic',
        jsxImportSource: 'preact',
        write: false,
        metafile: true,
        logLevel: 'silent',
        outfile: 'extension.js',
      });
      expect(warnings).toEqual([]);
      expect(outputFiles[0]?.contents.byteLength).toBeLessThan(BUNDLE_LIMIT);
      const own = [`extensions/${name}/`, 'extensions/shared/', 'node_modules/'];
      expect(Object.keys(metafile.inputs).filter((file) => !own.some((start) => file.startsWith(start)))).toEqual([]);
    }
  });
});
