import { createHmac } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { BadRequest } from '../../kit/http.ts';
import { signIdToken } from '../access/tokens.ts';
import { allShops, shopByDomain } from '../core/shops.ts';
import { gid } from '../core/gid.ts';
import { toMinor } from '../core/money.ts';
import { newId } from '../core/tables.ts';
import type { Shop, World } from '../core/world.ts';
import { documents, updateDocument } from '../domain/documents.ts';
import type { UserData } from '../oauth.ts';
import { addUser, changeScopes, DEMO_SHOP, installShop, shopPayload, uninstallApp } from '../seed/install-shop.ts';
import { queueWebhook } from '../webhooks/queue.ts';
import type { OrderRow } from '../domain/rows.ts';
import { parsed } from './parse-body.ts';

const shopBody = z.strictObject({
  domain: z.string(),
  name: z.string().optional(),
  plan: z.enum(['standard', 'advanced', 'plus', 'enterprise']).optional(),
  currency: z.string().length(3).optional(),
  presentmentCurrencies: z.array(z.string()).optional(),
  timezone: z.string().optional(),
  country: z.string().length(2).optional(),
  locale: z.string().optional(),
  taxesIncluded: z.boolean().optional(),
  taxRate: z.number().optional(),
  catalogue: z.enum(['demo', 'small', 'none']).optional(),
  prefix: z.string().min(1).optional(),
  install: z.boolean().optional(),
});
const settingsBody = z.strictObject({
  shop: z.string().optional(),
  name: z.string().optional(),
  email: z.string().optional(),
  timezone: z.string().optional(),
  plan: z.enum(['standard', 'advanced', 'plus', 'enterprise']).optional(),
  // protected customer data that Shopify hasn't approved the app for
  withheld: z.array(z.enum(['name', 'address', 'phone', 'email'])).optional(),
});
const methodBody = z.strictObject({
  shop: z.string().optional(),
  name: z.string().min(1),
  price: z.union([z.number(), z.string()]).default(0),
  active: z.boolean().default(true),
});
const userBody = z.strictObject({
  shop: z.string().optional(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  locale: z.string().default('en'),
  accountOwner: z.boolean().default(false),
});
const redactBody = z.strictObject({
  shop: z.string().optional(),
  topic: z.enum(['shop/redact', 'customers/redact', 'customers/data_request']).default('shop/redact'),
  customer: z.string().optional(),
});
const tokenBody = z.strictObject({ shop: z.string().optional(), user: z.union([z.number(), z.string()]).optional() });
const scopesBody = z.strictObject({
  shop: z.string().optional(),
  grant: z.array(z.string()).optional(),
  revoke: z.array(z.string()).optional(),
});

/** The shop a control call means: `?shop=`, the body's `shop`, else the demo shop. `name` without `.myshopify.com` will do. */
export function shopOf(world: World, c: Context, given?: string): Shop {
  const wanted = given ?? c.req.query('shop') ?? DEMO_SHOP;
  const shop = shopByDomain(world.state, wanted) ?? shopByDomain(world.state, `${wanted}.myshopify.com`);
  if (!shop)
    throw new BadRequest(
      `The sandbox has no shop ${wanted}. It has: ${
        allShops(world.state)
          .map((other) => other.domain)
          .join(', ') || 'none'
      }.`,
      404,
    );
  return shop;
}

/** Shops, their staff, and the app's life in them. */
export function shopRoutes(world: World): Hono {
  const app = new Hono();

  app.post('/shops', async (c) => {
    const body = await parsed(c, shopBody);
    const domain = body.domain.includes('.') ? body.domain : `${body.domain}.myshopify.com`;
    try {
      return c.json(described(world, installShop(world, { ...body, domain })), 201);
    } catch (error) {
      throw new BadRequest((error as Error).message);
    }
  });
  app.get('/shops', (c) => c.json(allShops(world.state).map((shop) => described(world, shop))));
  app.get('/shopify/shops', (c) => c.json(allShops(world.state).map((shop) => described(world, shop))));

  app.post('/users', async (c) => {
    const { shop: domain, ...user } = await parsed(c, userBody);
    const shop = shopOf(world, c, domain);
    return c.json(
      {
        id: addUser(world, shop, user),
        name: `${user.firstName} ${user.lastName}`,
        email: user.email,
        accountOwner: user.accountOwner,
        locale: user.locale,
      },
      201,
    );
  });

  app.post('/uninstall', async (c) => {
    const { shop: domain } = await parsed(c, z.strictObject({ shop: z.string().optional() }));
    const shop = shopOf(world, c, domain);
    if (!shop.installed) throw new BadRequest(`The app is not installed on ${shop.domain}.`, 409);
    uninstallApp(world, shop);
    return c.json(described(world, shopOf(world, c, shop.domain)));
  });

  // the merchant installs the app again (or for the first time, on a shop made with install: false)
  app.post('/shopify/install', async (c) => {
    const { shop: domain } = await parsed(c, z.strictObject({ shop: z.string().optional() }));
    const shop = shopOf(world, c, domain);
    return c.json(described(world, installShop(world, { domain: shop.domain })));
  });

  app.post('/redact', async (c) => {
    const body = await parsed(c, redactBody);
    const shop = shopOf(world, c, body.shop);
    const payload =
      body.topic === 'shop/redact'
        ? { shop_id: shop.id, shop_domain: shop.domain }
        : customerPayload(world, shop, body.customer, body.topic);
    queueWebhook(world, shop, body.topic, () => payload);
    world.wake();
    return c.json({ topic: body.topic, payload });
  });

  app.post('/shopify/settings', async (c) => {
    const { shop: domain, ...settings } = await parsed(c, settingsBody);
    const shop = shopOf(world, c, domain);
    const changed = { ...shop, data: { ...shop.data, ...settings } };
    world.state.run('UPDATE shops SET data = ? WHERE id = ?', JSON.stringify(changed.data), shop.id);
    queueWebhook(world, shop, 'shop/update', () => shopPayload(changed));
    world.wake();
    return c.json(described(world, changed));
  });

  // a shipping method the merchant adds (or switches off) in the domestic zone of the general profile
  app.post('/shopify/shipping-methods', async (c) => {
    const { shop: domain, name, price, active } = await parsed(c, methodBody);
    const shop = shopOf(world, c, domain);
    const [profile] = documents(world.state, shop.id, 'deliveryProfile');
    const zone = profile?.data.groups[0]?.zones[0];
    if (!profile || !zone) throw new BadRequest(`${shop.domain} has no delivery profile.`);
    const found = zone.methods.find((method) => method.name === name);
    if (found) found.active = active;
    else
      zone.methods.push({
        id: newId(world.state, 'plain_ids'),
        name,
        description: null,
        active,
        rate: { price: toMinor(price, shop.data.currency) },
      });
    profile.data.version += 1;
    updateDocument(world.state, profile.id, profile.data);
    queueWebhook(world, shop, 'profiles/update', () => ({ id: profile.id }));
    world.wake();
    return c.json({
      profile: gid('DeliveryProfile', profile.id),
      version: profile.data.version,
      methods: zone.methods.map((method) => ({ name: method.name, active: method.active })),
    });
  });

  app.get('/shopify/scopes', (c) => {
    const shop = shopOf(world, c);
    const config = world.appConfig();
    return c.json({ granted: shop.scopes, required: config.scopes, optional: config.optionalScopes });
  });
  app.post('/shopify/scopes', async (c) => {
    const body = await parsed(c, scopesBody);
    const shop = shopOf(world, c, body.shop);
    try {
      return c.json({ granted: changeScopes(world, shop, body) });
    } catch (error) {
      throw new BadRequest((error as Error).message);
    }
  });

  app.post('/shopify/id-token', async (c) => {
    const body = await parsed(c, tokenBody);
    const shop = shopOf(world, c, body.shop);
    if (!shop.installed) throw new BadRequest(`The app is not installed on ${shop.domain}.`, 409);
    const users = usersOf(world, shop);
    const user =
      body.user === undefined
        ? users.find((entry) => entry.accountOwner)
        : users.find((entry) => String(entry.id) === String(body.user) || entry.email === body.user);
    if (!user)
      throw new BadRequest(
        `${shop.domain} has no user ${String(body.user)}. It has: ${users.map((entry) => entry.id).join(', ')}.`,
        404,
      );
    return c.json(embedParameters(world, shop, user));
  });
  return app;
}

const usersOf = (world: World, shop: Shop) =>
  world.state.all<{ id: number; data: string }>('SELECT * FROM users WHERE shop_id = ? ORDER BY id', shop.id).map((row) => {
    const user = JSON.parse(row.data) as UserData;
    return {
      id: row.id,
      name: `${user.firstName} ${user.lastName}`,
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      accountOwner: user.accountOwner,
      locale: user.locale,
    };
  });

const described = (world: World, shop: Shop) => ({
  domain: shop.domain,
  name: shop.data.name,
  plan: shop.data.plan,
  currency: shop.data.currency,
  timezone: shop.data.timezone,
  country: shop.data.address.countryCode ?? null,
  locale: shop.data.locale,
  installed: shop.installed,
  scopes: shop.scopes,
  users: usersOf(world, shop),
});

/** The id_token and what else the admin puts on the iframe's URL; `query` is all of it, signed, ready to use. */
function embedParameters(world: World, shop: Shop, user: ReturnType<typeof usersOf>[number]) {
  const name = shop.domain.replace('.myshopify.com', '');
  const idToken = signIdToken(world, shop, user.id);
  const parameters: Record<string, string> = {
    embedded: '1',
    host: Buffer.from(`admin.shopify.com/store/${name}`).toString('base64').replace(/=+$/, ''),
    id_token: idToken,
    locale: user.locale,
    session: createHmac('sha256', world.apiSecret).update(`${shop.domain} ${user.id}`).digest('hex'),
    shop: shop.domain,
    timestamp: String(Math.floor(world.clock.now() / 1000)),
  };
  const text = Object.keys(parameters)
    .sort()
    .map((key) => `${key}=${parameters[key]}`)
    .join('&');
  const hmac = createHmac('sha256', world.apiSecret).update(text).digest('hex');
  const query = new URLSearchParams({ ...parameters, hmac }).toString();
  return { idToken, ...parameters, hmac, query, appUrl: world.appUrl, apiKey: world.apiKey, user };
}

function customerPayload(world: World, shop: Shop, wanted: string | undefined, topic: string) {
  const row = world.state.get<{ id: number; email: string | null; data: string }>(
    wanted
      ? 'SELECT * FROM customers WHERE shop_id = ? AND email = ?'
      : 'SELECT * FROM customers WHERE shop_id = ? AND ? IS NULL ORDER BY id',
    shop.id,
    wanted ?? null,
  );
  if (!row) throw new BadRequest(`${shop.domain} has no customer ${wanted ?? 'at all'}.`, 404);
  const orders = world.state.all<OrderRow>('SELECT * FROM orders WHERE customer_id = ?', row.id).map((order) => order.id);
  const customer = { id: row.id, email: row.email, phone: (JSON.parse(row.data) as { phone: string | null }).phone };
  return {
    shop_id: shop.id,
    shop_domain: shop.domain,
    customer,
    ...(topic === 'customers/redact' ? { orders_to_redact: orders } : { orders_requested: orders, data_request: { id: row.id } }),
  };
}
