import { Hono, type Context } from 'hono';
import { answerError, BadRequest, jsonBody } from './kit/http.ts';
import type { State } from './kit/state.ts';

interface ApiOrder {
  reference: string;
  [key: string]: unknown;
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
    if (!row) throw new BadRequest(`No Stockroom token is known for ${shopOf(context)}: make one in the app (Stockroom, API) and POST it to /_sandbox/stockroom/token`);
    const response = await fetch(`${apiUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${String(row['token'])}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new BadRequest(`Stockroom's API answered ${response.status} to ${method} ${path}: ${text}`);
    return (text ? JSON.parse(text) : {}) as Answer;
  }

  async function all<Item>(context: Context, path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `?limit=200&cursor=${encodeURIComponent(cursor)}` : '?limit=200';
      const page: { items: Item[]; nextCursor: string | null } = await call(context, 'GET', `${path}${query}`);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return items;
  }

  app.post('/token', async (context) => {
    const { token, shop = 'crossdock-demo.myshopify.com' } = await jsonBody(context);
    if (typeof token !== 'string' || !token) throw new BadRequest('token is missing');
    state.run('INSERT INTO token (shop, token) VALUES (?, ?) ON CONFLICT (shop) DO UPDATE SET token = excluded.token', String(shop), token);
    return context.json({ ok: true });
  });
  app.get('/ledger', async (context) =>
    context.json({
      orders: await all<ApiOrder>(context, '/orders'),
      stock: await all(context, '/stock'),
      products: await all(context, '/products'),
      returns: await all(context, '/returns'),
    }),
  );
  app.post('/ship', async (context) => {
    const { reference, ...body } = await jsonBody(context);
    return context.json(await call(context, 'POST', `/orders/${encodeURIComponent(String(reference))}/shipments`, body), 201);
  });
  app.post('/stock', async (context) => context.json(await call(context, 'PUT', '/stock', { levels: [await jsonBody(context)] })));
  app.post('/cancel', async (context) => {
    const { reference } = await jsonBody(context);
    return context.json(await call(context, 'POST', `/orders/${encodeURIComponent(String(reference))}/cancel`, {}));
  });
  app.post('/return', async (context) => {
    const body = await jsonBody(context);
    return context.json(await call(context, 'POST', '/returns', body), 201);
  });
  app.onError((error) => answerError(error));
  return app;
}
