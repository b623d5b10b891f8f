import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { answerError } from '../../../../sandbox/kit/http.ts';
import { seededRandom } from '../../../../sandbox/kit/random.ts';
import { vendorApp } from '../../../../sandbox/kit/vendor-app.ts';
import type { StandIn, StandInContext } from '../../../../sandbox/stand-ins.ts';
import type { ApiEnv } from './api.ts';
import { auth } from './auth.ts';
import { createExtensivControl } from './control.ts';
import { FACTS } from './facts.ts';
import { runHops } from './hops.ts';
import { inventory } from './inventory.ts';
import { limitsOf } from './limits.ts';
import { below, operationOf } from './operations.ts';
import { orderChanges } from './order-changes.ts';
import { orderCreate } from './order-create.ts';
import { orderLists } from './order-lists.ts';
import { orderLookup } from './order-lookup.ts';
import { referenceData } from './reference-data.ts';
import { Refusal } from './refusals.ts';
import { createTables } from './schema.ts';
import { seed } from './seed.ts';
import type { World } from './world.ts';

/**
 * Extensiv Integration Manager as its documents describe it (extensiv.md §2), with the WMS behind it: keeps state, enforces the rules. It
 * knows nothing of the connector. Faults and the call log know each call as `METHOD /path/:ref` and by its path below `/v1`.
 */
export function createStandIn(context: StandInContext): StandIn {
  createTables(context.state);
  const world: World = { ...context, random: seededRandom('extensiv') };
  seed(world);
  const api = createApi(world);

  const app = vendorApp(context, {
    name: 'extensiv',
    namesOf: (method, path) => [operationOf(method, path), below(path)],
    // support asks for it. Source: extensiv.md §2.1
    header: ['X-CartRover-Process-ID', randomUUID],
    answer: (request, bindings) => api.fetch(request, bindings),
  });

  return {
    app,
    control: createExtensivControl(world),
    // IM's hops are caught up with at each call, so nothing runs by itself
    start: () => undefined,
    stop: () => undefined,
  };
}

function createApi(world: World): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>({ getPath: (request) => below(new URL(request.url).pathname) });
  api.onError((error) =>
    error instanceof Refusal ? error.answer({ older: limitsOf(world).statusMessage === 1 }) : answerError(error),
  );
  api.use('*', (_, next) => {
    runHops(world);
    return next();
  });
  auth(api, world);
  for (const routes of [orderCreate, orderChanges, orderLists, orderLookup, inventory, referenceData]) routes(api, world);
  api.notFound((c) => {
    const known = c.req.method === 'GET' || c.req.method === 'POST';
    return new Refusal(
      known ? FACTS.unknownPath : FACTS.method,
      'Invalid',
      `${c.req.method} ${c.req.path} is not imitated.`,
      known ? 404 : 405,
    ).answer();
  });
  return api;
}
