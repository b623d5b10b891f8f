import { Hono, type Context } from 'hono';
import { answerError, BadRequest, jsonBody } from './kit/http.ts';
import type { State } from './kit/state.ts';

interface ApiOrder {
  reference: string;
  facility: { name: string };
  state: string;
  total: number;
  shipping: unknown;
  shipTo: { address1: string | null } | null;
  lines: { sku: string; quantity: number; cancelled: number; unitPrice: number }[];
  shipments: {
    state: string;
    tracking: { number: string; carrier: string | null }[];
    lines: { sku: string; quantity: number }[];
  }[];
  returns: { lines: unknown[] }[];
}

/**
 * `/_sandbox/stockroom/*`: the same control calls as for a vendor, but spoken to the product's own open API, because Stockroom is real.
 * It needs a token that a merchant made in the app: `POST /_sandbox/stockroom/token {token, shop?}` hands it over.
 */
export function createStockroomControl(apiUrl: string, state: State): Hono {
  state.run('CREATE TABLE IF NOT EXISTS token (shop TEXT PRIMARY KEY, token TEXT NOT NULL)');
  const app = new Hono();
  const shopOf = (context: Context) => context.req.query('shop') ?? 'crossdock-demo.myshopify.com';

  async function call<Answer>(context: Context, method: string, path: string, body?: unknown): Promise<Answer> {
    const row = state.get('SELECT token FROM token WHERE shop = ?', shopOf(context));
    if (!row)
      throw new BadRequest(
        `No Stockroom token is known for ${shopOf(context)}: make one in the app (Stockroom, API) and POST it to /_sandbox/stockroom/token`,
      );
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${String(row['token'])}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // Nobody knows what came of a call that failed over there; a refusal is one.
    const status = response.status >= 500 ? 502 : 400;
    if (!response.ok) throw new BadRequest(`Stockroom's API answered ${response.status} to ${method} ${path}: ${text}`, status);
    return (text ? JSON.parse(text) : {}) as Answer;
  }

  /** Every page of a list that is read on by `next`. */
  async function all<Item>(context: Context, list: string): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | null = null;
    do {
      const query = new URLSearchParams({ limit: '250', ...(after === null ? {} : { after }) });
      const page: Record<string, unknown> = await call(context, 'GET', `/${list === 'levels' ? 'stock' : list}?${query}`);
      items.push(...(page[list] as Item[]));
      after = page['next'] as string | null;
    } while (after !== null);
    return items;
  }

  async function products(context: Context): Promise<unknown[]> {
    const items: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const read = await call<{ products: unknown[]; total: number }>(context, 'GET', `/products?limit=250&page=${page}`);
      items.push(...read.products);
      if (read.products.length === 0 || items.length >= read.total) return items;
    }
  }

  app.post('/token', async (context) => {
    const { token, shop = 'crossdock-demo.myshopify.com' } = await jsonBody(context);
    if (typeof token !== 'string' || !token) throw new BadRequest('token is missing');
    state.run(
      'INSERT INTO token (shop, token) VALUES (?, ?) ON CONFLICT (shop) DO UPDATE SET token = excluded.token',
      String(shop),
      token,
    );
    return context.json({ ok: true });
  });
  app.get('/ledger', async (context) => {
    const orders = await all<ApiOrder>(context, 'orders');
    return context.json({
      orders: orders.map((order) => ({
        reference: order.reference,
        facility: order.facility.name,
        state: order.state,
        total: order.total,
        shipping: order.shipping,
        address: order.shipTo?.address1 ?? null,
        // What was cancelled line by line is no longer ordered.
        lines: order.lines.map(({ sku, quantity, cancelled, unitPrice }) => ({
          sku,
          quantity: order.state === 'cancelled' ? quantity : quantity - cancelled,
          price: unitPrice,
        })),
        shipments: order.shipments
          .filter((shipment) => shipment.state === 'shipped')
          .map(({ tracking, lines }) => ({
            tracking,
            carrier: tracking[0]?.carrier ?? null,
            lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
          })),
      })),
      stock: await all(context, 'levels'),
      products: await products(context),
      returns: orders.flatMap((order) => order.returns.map((one) => ({ ...one, reference: order.reference }))),
    });
  });
  const path = (reference: unknown, step: string) => `/orders/${encodeURIComponent(String(reference))}/${step}`;
  app.post('/ship', async (context) => {
    const { reference, lines, tracking, carrier } = await jsonBody(context);
    const label = typeof tracking === 'string' ? { tracking: [{ number: tracking, carrier: carrier ?? null }] } : {};
    return context.json(await call(context, 'POST', path(reference, 'ship'), { ...(lines ? { lines } : {}), ...label }), 201);
  });
  app.post('/stock', async (context) => {
    const body = await jsonBody(context);
    const levels = (Array.isArray(body['levels']) ? body['levels'] : [body]) as {
      sku: string;
      facility: string;
      available: number;
    }[];
    let changed = 0;
    for (let start = 0; start < levels.length; start += 5000) {
      const lines = levels.slice(start, start + 5000).map(({ sku, facility, available }) => ({ sku, facility, available }));
      const result = await call<{ changed: number; refused: unknown[] }>(context, 'PUT', '/stock', { lines });
      changed += result.changed;
    }
    return context.json({ changed });
  });
  // Another channel sold so many, or they came in: a change by a number, where /stock sets one.
  app.post('/adjust', async (c) => {
    const { sku, facility, by } = await jsonBody(c);
    const lines = [{ sku, facility, change: by }];
    return c.json(await call(c, 'POST', '/stock/adjustments', { lines, reason: 'Adjusted in the warehouse' }));
  });
  app.post('/cancel', async (context) => {
    const { reference } = await jsonBody(context);
    return context.json(await call(context, 'POST', path(reference, 'cancel'), { reason: 'Cancelled in the warehouse' }));
  });
  app.post('/return', async (context) => {
    const { reference, lines } = await jsonBody(context);
    return context.json(await call(context, 'POST', path(reference, 'returns'), { lines }), 201);
  });
  app.onError((error) => answerError(error));
  return app;
}
