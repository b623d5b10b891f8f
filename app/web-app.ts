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

/** What the server hands on with a request; a request that comes from no socket has nothing. */
interface Served {
  Bindings: { incoming?: IncomingMessage };
}

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
  app.all('/inbound/:token/:path{.*}?', limit(bodyLimits.inbound), (context) => {
    // Undefined as a whole where no server handed the request on.
    const incoming = (context.env as Served['Bindings'] | undefined)?.incoming;
    const forwardedFor = context.req.header('x-forwarded-for') ?? null;
    return doors.acceptInbound(context.req.raw, callerAddress(incoming?.socket.remoteAddress, forwardedFor, proxies));
  });
  app.route('/stockroom/v1', doors.createStockroomApi());
  app.use(
    '/assets/*',
    serveStatic({
      root: files,
      onFound: (_, context) => context.header('Cache-Control', 'public, max-age=31536000, immutable'),
    }),
  );
  app.use('/*', serveStatic({ root: files }));
  app.all('*', limit(bodyLimits.pages), async (context) => {
    const answer = await pages(context.req.raw);
    // Pages and their data name customers: no cache on the way may keep them.
    if (answer.headers.has('Cache-Control')) return answer;
    const headers = new Headers(answer.headers);
    headers.set('Cache-Control', 'no-store');
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  });
  app.onError((error, context) => {
    // The path of an inbound call is a secret that we issued.
    logger.error({ error, door: context.req.path.split('/')[1] ?? '' }, 'A request failed');
    return context.text('Something went wrong on our side. Try again in a minute.', 500);
  });
  return app;
}
