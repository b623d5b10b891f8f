import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from '@hono/node-server';
import { createRequestHandler, type ServerBuild } from '@remix-run/node';
import { env } from './env.server.ts';
import type * as EntryModule from './entry.server.tsx';
import { createWebApp } from './web-app.ts';

type Build = ServerBuild & { entry: { module: typeof EntryModule } };

/**
 * The web process: the Remix build and the doors beside it. What the doors need comes out of the same build (entry.server exports it),
 * so that the process has each module once.
 */
export async function startWeb({
  build: folder,
  host,
  port,
}: {
  build: string;
  host: string;
  port: number;
}): Promise<() => Promise<void>> {
  const file = path.join(folder, 'server/index.js');
  const build = (await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new Error(`The pages aren't built, or not of this version (${file}): run "npm run build" first. ${String(cause)}`, {
      cause,
    });
  })) as Build;
  const production = env.NODE_ENV === 'production';
  const app = createWebApp({
    doors: build.entry.module,
    pages: createRequestHandler(build, production ? 'production' : 'development'),
    files: path.relative(process.cwd(), path.join(folder, 'client')),
    version: (JSON.parse(readFileSync(path.resolve(folder, '../package.json'), 'utf8')) as { version: string }).version,
    production,
    proxies: env.PROXIES,
  });

  const server = serve({ fetch: app.fetch, hostname: host, port });
  // Longer than load balancers keep an idle connection (60 s is usual): one that both close at once loses a request.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 65_000;
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 3_000).unref();
    });
}
