import { vitePlugin as remix } from '@remix-run/dev';
import { relative, resolve, sep } from 'node:path';
import { defineConfig } from 'vite';
import { denyImports } from 'vite-env-only';

/** Folders whose code runs in the server's processes only. `core` and the contract's types are shared. */
const serverFolders = [
  'db',
  'shopify',
  'sync',
  'connections',
  'mappings',
  'jobs',
  'stockroom',
  'people',
  'alerts',
  'schedules',
  'privacy',
] as const;

const app = resolve(import.meta.dirname, 'app');
const serverSource = [...serverFolders, 'core', 'connectors'].map((folder) => resolve(app, folder) + sep);

/**
 * The server runs our TypeScript as it is. The pages' bundle must use those very modules and not a second copy of them: one
 * database pool, one connector registry, one class for each error.
 */
const isServerSource = (id: string): boolean =>
  serverSource.some((folder) => id.startsWith(folder)) ||
  ['env.server.ts', 'shopify.server.ts', 'doors.ts'].some((file) => id === resolve(app, file));

export default defineConfig(({ isSsrBuild }) => ({
  server: { port: 3180, strictPort: false },
  plugins: [
    denyImports({
      client: {
        specifiers: ['@prisma/client', 'pg-boss', 'pg', 'pino', /^node:/],
        files: [
          ...serverFolders.map((folder) => `app/${folder}/**`),
          'app/connectors/**',
          'app/env.server.ts',
          'app/core/{clock,crypto,http,logger}.ts',
        ],
      },
    }),
    remix({
      future: {
        v3_fetcherPersist: true,
        v3_relativeSplatPath: true,
        v3_throwAbortReason: true,
        v3_routeConfig: true,
        // Needs sessionStorage, which browsers refuse to third-party frames; the app's navigation would break.
        v3_lazyRouteDiscovery: false,
        v3_singleFetch: false,
      },
    }),
  ],
  build: {
    assetsInlineLimit: 0,
    // Polaris is one big chunk on purpose: it is cached once.
    chunkSizeWarningLimit: 900,
    ...(isSsrBuild
      ? {
          rollupOptions: {
            external: isServerSource,
            makeAbsoluteExternalsRelative: false,
            // From build/server/index.js, wherever the project lies.
            output: { paths: (id: string) => (isServerSource(id) ? `../../app/${relative(app, id).replaceAll(sep, '/')}` : id) },
          },
        }
      : {}),
  },
  optimizeDeps: { include: ['@shopify/app-bridge-react', '@shopify/polaris'] },
}));
