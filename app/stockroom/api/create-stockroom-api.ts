import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { nowMs } from '../../core/clock.ts';
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

const maximumBody = 5 * 1024 * 1024;

const about = `Do all of a warehouse's work by script. Make a token in Crossdock under Stockroom and send it as \`Authorization: Bearer …\`; each token
opens the Stockroom of one connection. Money is in minor units (cents), moments are ISO 8601. What is sent twice under one \`reference\` is done once.`;

/**
 * The open HTTP API, to be mounted at /stockroom/v1. `rate` holds for each token in each process. Its description is at `openapi.json`, which needs
 * no token.
 */
export function createStockroomApi({ rate = { burst: 600, perSecond: 100 } }: { rate?: RateLimit } = {}): StockroomApi {
  const api = new OpenAPIHono<ApiEnv>({ defaultHook: answerInvalid });
  const limited = createRateLimiter(rate, nowMs);
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
    const holder = secret ? await findToken(secret) : null;
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
    const wait = limited(holder.tokenId);
    if (wait > 0) {
      context.header('Retry-After', String(wait));
      return failWith(context, 429, {
        code: 'too-many-requests',
        message: `Too many requests with this token. Go on in ${wait} s.`,
      });
    }
    context.set('holder', holder);
    return next();
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
