import { Hono } from 'hono';
import { z } from 'zod';
import { answerError } from '../../../../sandbox/kit/http.ts';
import { controlBody } from './control-body.ts';
import { mappingControl } from './control-mappings.ts';
import { orderControl } from './control-orders.ts';
import { peopleControl } from './control-people.ts';
import { shippingControl } from './control-shipping.ts';
import { ledgerOrders, ledgerProducts, ledgerReturns, ledgerStock } from './ledger.ts';
import { hostsOf, LIMIT_NAMES, setLimits, setSetting } from './limits.ts';
import { Refusal } from './refusals.ts';
import { CREDENTIALS, STORE } from './seed.ts';
import type { World } from './world.ts';

const limitsBody = z.strictObject(Object.fromEntries(LIMIT_NAMES.map((name) => [name, z.int().min(0).optional()])));
const hostsBody = z.strictObject({ hosts: z.enum(['one', 'two', 'moqui']) });
const featuresBody = z.strictObject({ productTypes: z.enum(['present', 'absent']) });

/** `/_sandbox/hotwax/…`: both what a merchant would know and what only HotWax's people can do. */
export function createHotwaxControl(world: World): Hono {
  const app = new Hono();
  // a refusal by HotWax's own rules keeps its words, but not the HTTP 200 that OFBiz gives it
  app.onError((error) => {
    if (!(error instanceof Refusal)) return answerError(error);
    return error.status === 200 ? new Refusal(error.fact, 400, error.body).answer() : error.answer();
  });
  app.route('/', orderControl(world));
  app.route('/', shippingControl(world));
  app.route('/', peopleControl(world));
  app.route('/', mappingControl(world));

  app.get('/settings', (c) =>
    c.json({
      baseUrl: hostsOf(world) === 'two' ? `${world.publicUrl}/oms` : world.publicUrl,
      ...CREDENTIALS,
      productStoreId: STORE,
    }),
  );
  app.get('/ledger', (c) => {
    const wanted = (part: string) => c.req.query(part) !== '0';
    return c.json({
      orders: wanted('orders') ? ledgerOrders(world) : [],
      stock: wanted('stock') ? ledgerStock(world) : [],
      products: wanted('products') ? ledgerProducts(world) : [],
      returns: wanted('returns') ? ledgerReturns(world) : [],
    });
  });
  app.post('/limits', async (c) => {
    const given = await controlBody(c, limitsBody);
    return c.json(
      setLimits(
        world,
        Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
      ),
    );
  });
  app.post('/hosts', async (c) => {
    setSetting(world, 'hosts', (await controlBody(c, hostsBody)).hosts);
    return c.json({ hosts: hostsOf(world) });
  });
  app.post('/features', async (c) => {
    const features = await controlBody(c, featuresBody);
    setSetting(world, 'productTypes', features.productTypes);
    return c.json(features);
  });
  return app;
}
