import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { networkOf } from '../../core/ip-addresses.ts';
import { unstorableField } from '../../core/storable.ts';
import { findToken } from '../tokens.ts';
import type { ApiEnv, StockroomApi } from './api-app.ts';
import { answerError, answerInvalid, failWith } from './api-errors.ts';
import { addFacilityRoutes } from './facility-routes.ts';
import { addOrderRoutes } from './order-routes.ts';
import { addProductRoutes } from './product-routes.ts';
import { createRateLimiter, type RateLimit } from './rate-limit.ts';
import { addShipmentRoutes } from './shipment-routes.ts';
import { addStockRoutes } from './stock-routes.ts';
import { addWorkRoutes } from './work-routes.ts';

/** Of calls from one address whose token opens nothing. */
const wrongTokens: RateLimit = { burst: 30, perSecond: 1 };
const maximumBody = 5 * 1024 * 1024;

const about = `Do all of a warehouse's work by script. Make a token in Crossdock under Stockroom and send it as \`Authorization: Bearer …\`; each token
opens the Stockroom of one connection. Money is in minor units (cents), moments are ISO 8601. What is sent twice under one \`reference\` is done once.`;

/**
 * The open HTTP API, to be mounted at /stockroom/v1. `rate` holds for each token in each process, as does the limit on wrong ones for each address. Its description is at `openapi.json`, which needs
 * no token.
 */
export function createStockroomApi({ rate = { burst: 600, perSecond: 100 } }: { rate?: RateLimit } = {}): StockroomApi {
  const api = new OpenAPIHono<ApiEnv>({ defaultHook: answerInvalid });
  const limited = createRateLimiter(rate, nowMs);
  const guesses = createRateLimiter(wrongTokens, nowMs);
  // What opened something when it came last, as hashes: it goes on however many wrong ones come from the same address.
  const right = new Set<string>();
  api.onError(answerError);

  api.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  api.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Stockroom', version: '1', description: about },
    servers: [{ url: '/stockroom/v1' }],
  });

  api.use(
    '*',
    bodyLimit({
      maxSize: maximumBody,
      onError: (context) =>
        failWith(context, 413, { code: 'too-large', message: 'The body is larger than 5 MB. Send less at once.' }),
    }),
  );
  api.use('*', async (context, next) => {
    const secret = /^Bearer\s+(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const key = sha256(secret ?? '');
    const from = networkOf(context.get('callerAddress'));
    const known = !secret || right.has(key);
    // Before the database is asked: a limit behind the look-up would not spare it, and of many at once all would pass.
    const wait = (known ? 0 : guesses(from)) || (secret ? limited(key) : 0);
    if (wait > 0) {
      context.header('Retry-After', String(wait));
      return failWith(context, 429, { code: 'too-many-requests', message: `Too many requests. Go on in ${wait} s.` });
    }
    const holder = secret ? await findToken(secret) : null;
    if (holder?.active) {
      if (right.size >= 10_000) right.clear();
      right.add(key);
      // It was no guess.
      if (!known) guesses(from, -1);
    } else {
      right.delete(key);
    }
    if (!holder) {
      context.header('WWW-Authenticate', 'Bearer realm="stockroom"');
      const message = secret
        ? 'This token is unknown or was revoked. Make another under Stockroom in Crossdock.'
        : 'Send a token: Authorization: Bearer …';
      return failWith(context, 401, { code: 'no-token', message });
    }
    if (!holder.active)
      return failWith(context, 403, {
        code: 'deactivated',
        message: 'This connection is deactivated in Crossdock. Activate it first.',
      });
    context.set('holder', holder);
    return next();
  });
  api.use('*', async (context, next) => {
    const field = context.req.method === 'GET' ? null : unstorableField(await context.req.text());
    if (field === null) return next();
    const message = `${field ? `"${field}"` : 'The body'} holds NUL or half of a pair of surrogates, which no text can. Leave it out.`;
    return failWith(context, 422, { code: 'text-unstorable', message, ...(field ? { field } : {}) });
  });

  addFacilityRoutes(api);
  addProductRoutes(api);
  addStockRoutes(api);
  addOrderRoutes(api);
  addWorkRoutes(api);
  addShipmentRoutes(api);
  // Not api.notFound: mounted under another app, that one's would answer.
  api.all('*', (context) =>
    failWith(context, 404, {
      code: 'no-such-address',
      message: `There is no ${context.req.method} ${context.req.path}; openapi.json lists what there is.`,
    }),
  );
  return api;
}
