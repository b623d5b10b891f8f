import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { serve } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { createRequestHandler, type ServerBuild } from '@remix-run/node';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { logger } from './core/logger.ts';
import { env } from './env.server.ts';
import type * as EntryModule from './entry.server.tsx';

type Build = ServerBuild & { entry: { module: typeof EntryModule } };

const MEGABYTE = 1024 * 1024;

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
    throw new Error(`The pages aren't built (${file}): run "npm run build" first`, { cause });
  })) as Build;
  const doors = build.entry.module;
  const remix = createRequestHandler(build, env.NODE_ENV === 'production' ? 'production' : 'development');

  const app = new Hono();
  app.use('*', async (context, next) => {
    await next();
    context.res.headers.set('X-Content-Type-Options', 'nosniff');
    context.res.headers.set('Referrer-Policy', 'strict-origin-when-cross-origin');
    if (env.NODE_ENV === 'production')
      context.res.headers.set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
  });
  app.get('/healthz', (context) =>
    context.json({
      ok: true,
      version: (JSON.parse(readFileSync(path.resolve(folder, '../package.json'), 'utf8')) as { version: string }).version,
    }),
  );
  app.get('/readyz', async (context) => {
    try {
      await doors.databaseAnswers();
      return context.json({ ok: true });
    } catch {
      return context.json({ ok: false, error: 'The database does not answer' }, 503);
    }
  });
  app.post('/webhooks', bodyLimit({ maxSize: 5 * MEGABYTE }), (context) => doors.acceptWebhook(context.req.raw));
  app.all('/inbound/:token/:path{.*}?', bodyLimit({ maxSize: 20 * MEGABYTE }), (context) => doors.acceptInbound(context.req.raw));
  app.route('/stockroom/v1', doors.createStockroomApi());
  app.use(
    '/assets/*',
    serveStatic({
      root: path.relative(process.cwd(), path.join(folder, 'client')),
      onFound: (_, context) => context.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  );
  app.use('/*', serveStatic({ root: path.relative(process.cwd(), path.join(folder, 'client')) }));
  app.all('*', bodyLimit({ maxSize: 10 * MEGABYTE }), (context) => remix(context.req.raw));
  app.onError((error, context) => {
    logger.error({ error, path: context.req.path }, 'A request failed');
    return context.text('Something went wrong on our side. Try again in a minute.', 500);
  });

  const server = serve({ fetch: app.fetch, hostname: host, port });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) setTimeout(() => server.closeAllConnections(), 3_000).unref();
    });
}
