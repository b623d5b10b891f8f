import { mkdirSync, mkdtempSync, cpSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
const extensions = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const scratch = mkdtempSync(path.join(tmpdir(), 'crossdock-extensions-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const settings = z.object({
  api_version: z.string().regex(/^\d{4}-(01|04|07|10)$/),
  extensions: z
    .array(
      z.object({
        name: z.string().startsWith('t:'),
        description: z.string().startsWith('t:'),
        handle: z
          .string()
          .max(30)
          .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        type: z.literal('ui_extension'),
        uid: z.uuid(),
        targeting: z.array(z.object({ module: z.string().startsWith('./src/'), target: z.string() })).min(1),
      }),
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

/** A copy of an extension that finds the same packages, to break something in. */
function copyOf(name: string): string {
  const copy = path.join(scratch, name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(path.join(folder, name), copy, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
  return copy;
}

function replaceIn(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
  writeFileSync(file, text.replace(from, to));
}

describe('every Shopify extension', () => {
  it('is found', () => {
    expect(extensions).toContain('order-status');
  });

  it.each(extensions)('%s has the settings that Shopify asks for, for the API that its types are of', (name) => {
    const { api_version: version } = readSettings(name);
    const [year, month = ''] = (readPackage(name).devDependencies['@shopify/ui-extensions'] ?? '').split('.');
    expect(version).toBe(`${year}-${month.padStart(2, '0')}`);
  });

  it('has a handle and an identity of its own', () => {
    const all = extensions.flatMap((name) => readSettings(name).extensions);
    for (const key of ['handle', 'uid'] as const) expect(new Set(all.map((one) => one[key])).size).toBe(all.length);
  });

  it.each(extensions)(
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
      replaceIn(block, "say('failure.retry')", "say('failure.retri')");
      const { status, stdout } = typeCheck(copy);
      expect(status).not.toBe(0);
      expect(stdout).toContain("Property 'tonne' does not exist");
      expect(stdout).toContain("Property 's-dividr' does not exist");
      expect(stdout).toContain(`'"failure.retri"' is not assignable`);
    },
    SLOW,
  );

  it.each(extensions)('%s becomes one script below the limit, made of nothing of the app', async (name) => {
    for (const { module } of readSettings(name).extensions.flatMap(({ targeting }) => targeting)) {
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
      const own = `extensions/${name}/`;
      expect(Object.keys(metafile.inputs).filter((file) => !file.startsWith(own) && !file.startsWith('node_modules/'))).toEqual(
        [],
      );
    }
  });
});
