import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { answerError } from '../../../../sandbox/kit/http.ts';
import { seededRandom } from '../../../../sandbox/kit/random.ts';
import { vendorApp } from '../../../../sandbox/kit/vendor-app.ts';
import type { StandIn, StandInContext } from '../../../../sandbox/stand-ins.ts';
import type { ApiEnv } from './api.ts';
import { auth } from './auth.ts';
import { createPulpoControl } from './control.ts';
import { openDeliveries } from './deliveries.ts';
import { FACTS } from './facts.ts';
import { packing } from './packing.ts';
import { products } from './products.ts';
import { reception } from './reception.ts';
import { referenceData } from './reference-data.ts';
import { Refusal, refuseColumns } from './refusals.ts';
import { salesOrderBulk } from './sales-order-bulk.ts';
import { salesOrders } from './sales-orders.ts';
import { createTables } from './schema.ts';
import { seed } from './seed.ts';
import { stock } from './stock.ts';
import { thirdParties } from './third-parties.ts';
import { warehouses } from './warehouses.ts';
import { webhooks } from './webhooks.ts';
import { moment, type World } from './world.ts';

const BASE = '/api/v1';

/**
 * PULPO WMS as its documents describe it (pulpo.md §2): keeps state, enforces the rules, delivers webhooks. It knows nothing of the
 * connector. Faults and the call log know each call as `METHOD /path/:id` and by its path below `/api/v1`.
 */
export function createStandIn(context: StandInContext): StandIn {
  createTables(context.state);
  const world: World = {
    ...context,
    random: seededRandom('pulpo'),
    now: () => moment(context.clock.now()),
    wake: () => deliveries.wake(),
  };
  const deliveries = openDeliveries(world);
  seed(world);
  const api = createApi(world);
  let unsubscribe: (() => void) | undefined;

  const app = vendorApp(context, {
    name: 'pulpo',
    namesOf: (method, path) => [operationOf(method, path), below(path)],
    header: ['x-request-id', randomUUID],
    answer: (request, bindings) => api.fetch(request, bindings),
  });

  return {
    app,
    control: createPulpoControl(world),
    start() {
      deliveries.start();
      unsubscribe = context.clock.onAdvance(() => deliveries.wake());
    },
    async stop() {
      unsubscribe?.();
      await deliveries.stop();
    },
  };
}

function createApi(world: World): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>({ getPath: (request) => below(new URL(request.url).pathname) });
  api.onError((error) => (error instanceof Refusal ? error.answer() : answerError(error)));
  auth(api, world);
  for (const routes of [
    warehouses,
    referenceData,
    products,
    thirdParties,
    salesOrderBulk,
    salesOrders,
    packing,
    stock,
    reception,
    webhooks,
  ])
    routes(api, world);
  api.notFound((c) => refuseColumns(FACTS.unknownPath, { path: `${c.req.method} ${c.req.path} is not imitated` }, 404).answer());
  return api;
}

/** A path below `/api/v1`, with or without a trailing slash as both forms are in use. Source: pulpo.md §2.2. */
function below(path: string): string {
  const start = path.indexOf(`${BASE}/`);
  if (start < 0) return path;
  return path.slice(start + BASE.length).replace(/\/+$/, '') || '/';
}

/** `POST /sales/orders/:id/cancel`: ids left out, so that a call can be named. */
function operationOf(method: string, path: string): string {
  return `${method} ${below(path).replace(/\/(\d+|[0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/g, '/:id')}`;
}
