import type { IncomingMessage } from 'node:http';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { callerAddress } from './core/ip-addresses.ts';
import { logger } from './core/logger.ts';
import type * as Doors from './doors.ts';
import { securityHeaders } from './security-headers.ts';

const MEGABYTE = 1024 * 1024;

/** The most bytes that each door reads of a request. Stockroom's API has a limit of its own. */
export const bodyLimits = { webhooks: 5 * MEGABYTE, inbound: 20 * MEGABYTE, pages: 10 * MEGABYTE } as const;

export interface WebApp {
  doors: Pick<typeof Doors, 'acceptInbound' | 'acceptWebhook' | 'createStockroomApi' | 'databaseAnswers'>;
  /** Remix: answers whatever no door takes. */
  pages: (request: Request) => Promise<Response>;
  /** The folder of the built files for browsers, relative to the working directory. */
  files: string;
  version: string;
  production: boolean;
  /** Reverse proxies of ours in front of it, each of which appends to `X-Forwarded-For`. */
  proxies: number;
}

interface Served {
  /** What the server hands on with a request; a request that comes from no socket has nothing. */
  Bindings: { incoming?: IncomingMessage };
  Variables: { callerAddress: string | null };
}

/** Pages, their data and what back offices and scripts read name customers: no cache on the way may keep them. */
const noStore: MiddlewareHandler = async (context, next) => {
  await next();
  if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store');
};

/** Everything that the web process answers, under one set of limits and headers. */
export function createWebApp({ doors, pages, files, version, production, proxies }: WebApp): Hono<Served> {
  const app = new Hono<Served>();
  const tooLarge = (context: Context) => context.text('The body is too large.', 413);
  const limit = (maxSize: number): MiddlewareHandler => {
    const counted = bodyLimit({ maxSize, onError: tooLarge });
    // Where the length is told Node holds the sender to it. To look at the body instead makes a stream of it, which cost a third of the webhook door.
    return async (context, next) => {
      const told = context.req.header('content-length');
      if (told === undefined || context.req.header('transfer-encoding') !== undefined) return counted(context, next);
      return Number(told) > maxSize ? tooLarge(context) : next();
    };
  };
  app.use('*', securityHeaders({ production }));
  app.use('*', async (context, next) => {
    // NUL is no part of any text, and the database refuses it: here once, before whoever reads the address has answered the half of it.
    if (!context.req.raw.url.includes('%00')) return next();
    const message = 'The address holds NUL (%00), which no text can. Leave it out.';
    return context.json({ error: { code: 'text-unstorable', message } }, 400);
  });
  app.use('*', (context, next) => {
    // Undefined as a whole where no server handed the request on.
    const incoming = (context.env as Served['Bindings'] | undefined)?.incoming;
    const forwardedFor = context.req.header('x-forwarded-for') ?? null;
    context.set('callerAddress', callerAddress(incoming?.socket.remoteAddress, forwardedFor, proxies));
    return next();
  });
  app.get('/healthz', (context) => context.json({ ok: true, version }));
  app.get('/readyz', async (context) => {
    try {
      await doors.databaseAnswers();
      return context.json({ ok: true });
    } catch {
      return context.json({ ok: false, error: 'The database does not answer' }, 503);
    }
  });
  app.post('/webhooks', limit(bodyLimits.webhooks), (context) => doors.acceptWebhook(context.req.raw));
  app.all('/inbound/:token/:path{.*}?', noStore, limit(bodyLimits.inbound), (context) =>
    doors.acceptInbound(context.req.raw, context.get('callerAddress')),
  );
  app.use('/stockroom/*', noStore);
  app.route('/stockroom/v1', doors.createStockroomApi());
  app.use(
    '/assets/*',
    serveStatic({
      root: files,
      onFound: (_, context) => context.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  );
  app.use('/*', serveStatic({ root: files }));
  app.all('*', noStore, limit(bodyLimits.pages), (context) => pages(context.req.raw));
  app.onError((error, context) => {
    // The path of an inbound call is a secret that we issued.
    logger.error({ error, door: context.req.path.split('/')[1] ?? '' }, 'A request failed');
    return context.text('Something went wrong on our side. Try again in a minute.', 500);
  });
  return app;
}
