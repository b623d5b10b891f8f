import { Hono } from 'hono';
import { answerError } from '../../../../sandbox/kit/http.ts';
import { refuse } from '../../../../sandbox/kit/refusal.ts';
import { vendorApp } from '../../../../sandbox/kit/vendor-app.ts';
import type { StandIn, StandInContext } from '../../../../sandbox/stand-ins.ts';
import { operationOf, routed } from './addresses.ts';
import type { ApiEnv } from './api.ts';
import { auth } from './auth.ts';
import { connection } from './connection.ts';
import { contactMechs } from './contact-mechs.ts';
import { createHotwaxControl } from './control.ts';
import { facilities } from './facilities.ts';
import { FACTS } from './facts.ts';
import { generic } from './generic.ts';
import { graphql } from './graphql.ts';
import { inventory } from './inventory.ts';
import { hostsOf } from './limits.ts';
import { orders } from './orders.ts';
import { parties } from './parties.ts';
import { productStores } from './product-stores.ts';
import { productVariant } from './product-variant.ts';
import { products } from './products.ts';
import { referenceData } from './reference-data.ts';
import { Refusal, refuseMoqui } from './refusals.ts';
import { returns } from './returns.ts';
import { createTables } from './schema.ts';
import { seed } from './seed.ts';
import { shipments } from './shipments.ts';
import { shopifyRecords } from './shopify-records.ts';
import { solr } from './solr.ts';
import type { World } from './world.ts';

const NOTHING_HERE = '<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>';

/**
 * HotWax OMS as its public sources and documents describe it (hotwax.md §3): both servers, their entities and the rules of the engine. It
 * knows nothing of the connector. Faults and the call log know each call as `METHOD /path/:id`, the path being what follows `/rest/s1`
 * (`POST /oms/orders`), or begins with `/api` for OFBiz (`POST /api/createReturn`).
 */
export function createStandIn(context: StandInContext): StandIn {
  createTables(context.state);
  const world: World = { ...context, now: () => context.clock.now() };
  seed(world);
  const below = new URL(context.publicUrl).pathname.replace(/\/$/, '');
  const pathOf = (pathname: string) => routed(pathname, below, hostsOf(world));
  const api = createApi(world, (request) => pathOf(new URL(request.url).pathname) ?? '/');

  const app = vendorApp(context, {
    name: 'hotwax',
    namesOf(method, pathname) {
      const path = pathOf(pathname);
      return path === undefined ? [] : [operationOf(method, path), path];
    },
    answer(request, bindings) {
      // what answers beside the two servers is the web server in front of them, and that speaks HTML
      if (pathOf(new URL(request.url).pathname) === undefined)
        return refuse(FACTS.unknownPath, 404, NOTHING_HERE, { 'content-type': 'text/html' });
      return api.fetch(request, bindings);
    },
  });

  return {
    app,
    control: createHotwaxControl(world),
    start: () => undefined,
    stop: () => undefined,
  };
}

function createApi(world: World, getPath: (request: Request) => string): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>({ getPath });
  api.onError((error) => (error instanceof Refusal ? error.answer() : answerError(error)));
  auth(api, world);
  for (const routes of [
    connection,
    referenceData,
    productStores,
    facilities,
    contactMechs,
    shopifyRecords,
    products,
    productVariant,
    solr,
    parties,
    orders,
    inventory,
    shipments,
    returns,
    generic,
    graphql,
  ])
    routes(api, world);
  api.notFound((c) => refuseMoqui(FACTS.unknownPath, 404, `Resource ${c.req.method} ${c.req.path} is not imitated`).answer());
  return api;
}
