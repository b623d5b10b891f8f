import { readFile, readdir } from 'node:fs/promises';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CLIENT_FOLDER = fileURLToPath(new URL('./client/', import.meta.url));
const APP_BRIDGE_ENTRY = fileURLToPath(new URL('./app-bridge/index.js', import.meta.url));

const CONTENT_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
};

/**
 * One of the admin's own browser files, read anew each time so that an edit shows at once.
 * @param path below `client/`, e.g. `pages/orders.js`; matched against the folder's listing, so that no path leaves it
 * @returns null if there is no such file
 */
export async function readClientFile(path: string): Promise<{ text: string; contentType: string } | null> {
  const contentType = CONTENT_TYPES[extname(path)];
  if (!contentType) return null;
  const names = await readdir(CLIENT_FOLDER, { recursive: true });
  if (!names.some((name) => name.replaceAll('\\', '/') === path)) return null;
  return { text: await readFile(new URL(path, new URL('./client/', import.meta.url)), 'utf8'), contentType };
}

let appBridge: Promise<string> | undefined;

/**
 * The App Bridge stand-in as one classic script. App Bridge must be there before anything else of the page runs (`useAppBridge` throws
 * without `window.shopify`), which a module script can't promise; so its modules are joined here, once, when first asked for.
 */
export function bundleAppBridge(): Promise<string> {
  appBridge ??= build({
    entryPoints: [APP_BRIDGE_ENTRY],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
    logLevel: 'silent',
  }).then((result) => result.outputFiles[0]?.text ?? '');
  return appBridge;
}
