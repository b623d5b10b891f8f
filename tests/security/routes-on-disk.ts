import path from 'node:path';
import type { RouteConfigEntry } from '@remix-run/route-config';
import type { ServerBuild } from '@remix-run/node';

export interface RouteOnDisk {
  /** As Remix names it: `routes/app.orders.$id`. */
  id: string;
  parentId: string | undefined;
  path: string | undefined;
  index: boolean;
  file: string;
  module: ServerBuild['routes'][string]['module'];
}

const app = path.resolve(import.meta.dirname, '../../app');

/** Every route as the product's own routes.ts finds them, loaded; so that a route made tomorrow is tested without a word here. */
export async function routesOnDisk(): Promise<RouteOnDisk[]> {
  // What Remix' compiler does before it asks routes.ts.
  Object.assign(globalThis, { __remixAppDirectory: app });
  const { default: config } = (await import('../../app/routes.ts')) as { default: Promise<RouteConfigEntry[]> };
  const found: Omit<RouteOnDisk, 'module'>[] = [
    { id: 'root', parentId: undefined, path: '', index: false, file: path.join(app, 'root.tsx') },
  ];
  const walk = (entry: RouteConfigEntry, parentId: string): void => {
    const id = entry.id ?? entry.file.replace(/\.\w+$/, '');
    found.push({ id, parentId, path: entry.path, index: entry.index ?? false, file: path.resolve(app, entry.file) });
    for (const child of entry.children ?? []) walk(child, id);
  };
  for (const entry of await config) walk(entry, 'root');
  return Promise.all(
    found.map(async (route) => ({
      ...route,
      module: (await import(/* @vite-ignore */ route.file)) as RouteOnDisk['module'],
    })),
  );
}

/** The address of a route, with its parameters filled in. */
export function addressOf(routes: RouteOnDisk[], route: RouteOnDisk, params: Record<string, string>): string {
  const parts: string[] = [];
  for (let one: RouteOnDisk | undefined = route; one;) {
    if (one.path) parts.unshift(one.path);
    const parent: string | undefined = one.parentId;
    one = routes.find(({ id }) => id === parent);
  }
  const filled = parts.join('/').replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? 'x'));
  return `/${filled.replace('*', 'x')}`;
}

/** What Remix' compiler would hand to the server. */
export function serverBuild(routes: RouteOnDisk[], entry: ServerBuild['entry']['module']): ServerBuild {
  const shape = (route: RouteOnDisk) => ({
    id: route.id,
    ...(route.parentId ? { parentId: route.parentId } : {}),
    ...(route.path ? { path: route.path } : {}),
    ...(route.index ? { index: true } : {}),
  });
  return {
    mode: 'production',
    entry: { module: entry },
    routes: Object.fromEntries(
      routes.map((route) => [route.id, { ...shape(route), module: route.module }]),
    ) as ServerBuild['routes'],
    assets: {
      entry: { imports: [], module: '/assets/entry.js' },
      routes: Object.fromEntries(
        routes.map((route) => [
          route.id,
          {
            ...shape(route),
            module: '/assets/route.js',
            hasAction: 'action' in route.module,
            hasLoader: 'loader' in route.module,
            hasClientAction: false,
            hasClientLoader: false,
            hasErrorBoundary: 'ErrorBoundary' in route.module,
          },
        ]),
      ),
      url: '/assets/manifest.js',
      version: '1',
    } as ServerBuild['assets'],
    publicPath: '/',
    assetsBuildDirectory: 'build/client',
    future: {
      v3_fetcherPersist: true,
      v3_relativeSplatPath: true,
      v3_throwAbortReason: true,
      v3_singleFetch: false,
      v3_lazyRouteDiscovery: false,
    },
    isSpaMode: false,
  };
}
