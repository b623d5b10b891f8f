import { Hono } from 'hono';
import { z } from 'zod';
import { answerError, BadRequest } from '../../../../sandbox/kit/http.ts';
import { CATEGORIES } from './api.ts';
import { controlBody } from './control-body.ts';
import { goodsControl } from './control-goods.ts';
import { orderControl } from './control-orders.ts';
import { sessionControl } from './control-sessions.ts';
import { addDefinition, definitions, EXPORT_KINDS } from './export-definitions.ts';
import { ledgerOrders, ledgerProducts, ledgerReturns, ledgerStock } from './ledger.ts';
import { limitsBody, setLimits } from './limits.ts';
import { Refusal } from './refusals.ts';
import { addUser, CREDENTIALS, SESSIONS } from './seed.ts';
import { sessions } from './session-record.ts';
import type { Schedule } from './session-schedule.ts';
import { LISTS, listValues } from './value-lists.ts';
import type { World } from './world.ts';

const right = z
  .string()
  .refine(
    (text) => CATEGORIES.some((category) => text === category || /^ (GET|POST|PUT)$/.test(text.replace(category, ''))),
    `is not one of ${CATEGORIES.join(', ')}, alone or followed by GET, POST or PUT`,
  );
const userBody = z.strictObject({
  username: z.string().min(1),
  password: z.string().min(1).optional(),
  lacks: z.array(right).optional(),
});
const exportBody = z.strictObject({
  name: z.string().min(1).optional(),
  kind: z.enum(EXPORT_KINDS),
  since: z.boolean().default(false),
  windowMinutes: z.number().positive().nullable().default(null),
  columns: z.record(z.string(), z.string().nullable()).default({}),
});

/** `/_sandbox/orderwise/…`: both what a merchant would know and what only the people at work in OrderWise can do. */
export function createOrderwiseControl(world: World, schedule: Schedule): Hono {
  const app = new Hono();
  // a refusal by OrderWise's own rules keeps its words; anything else is the caller's or our mistake
  app.onError((error) => (error instanceof Refusal ? error.answer() : answerError(error)));
  app.route('/', orderControl(world));
  app.route('/', goodsControl(world));
  app.route('/', sessionControl(world, schedule));

  app.get('/settings', (c) => {
    const mode = c.req.query('mode') ?? 'rest';
    if (mode === 'classic') {
      // without an API the lists are typed from what OrderWise shows
      const names = (list: number) =>
        listValues(world, list)
          .map(({ name }) => name)
          .join(', ');
      const stockLocations = listValues(world, LISTS.stockLocation)
        .map(({ id, name }) => `${id} = ${name}`)
        .join(', ');
      return c.json({
        mode,
        stockLocations,
        deliveryMethods: names(LISTS.deliveryMethod),
        paymentMethods: names(LISTS.paymentMethod),
      });
    }
    if (mode !== 'rest') throw new BadRequest('mode is rest or classic.');
    const exportId = (kind: string) => definitions(world).find((one) => one.kind === kind && one.since)?.id;
    return c.json({
      mode,
      baseUrl: world.publicUrl,
      ...CREDENTIALS,
      sessionId: sessions(world).find(({ name }) => name === SESSIONS.api)?.id,
      stockExportId: exportId('stock-by-location'),
      statusExportId: exportId('status-lines'),
      productExportId: exportId('products'),
      kitExportId: exportId('kits'),
      returnExportId: exportId('returns'),
    });
  });
  app.get('/ledger', (c) => {
    const wanted = (part: string) => c.req.query(part) !== '0';
    return c.json({
      orders: wanted('orders') ? ledgerOrders(world) : [],
      stock: wanted('stock') ? ledgerStock(world) : [],
      products: wanted('products') ? ledgerProducts(world) : [],
      returns: wanted('returns') ? ledgerReturns(world) : [],
    });
  });

  app.post('/user', async (c) => {
    const { username, password, lacks } = await controlBody(c, userBody);
    const known = world.state.get<{ id: number }>('SELECT id FROM users WHERE username = ?', username);
    if (!known) {
      if (password === undefined) throw new BadRequest('A new user needs a password.');
      const id = addUser(world, { username, password, ...(lacks ? { lacks } : {}) });
      return c.json({ id, username, lacks: lacks ?? [] }, 201);
    }
    if (password !== undefined) world.state.run('UPDATE users SET password = ? WHERE id = ?', password, known.id);
    if (lacks) world.state.run('UPDATE users SET lacks = ? WHERE id = ?', JSON.stringify(lacks), known.id);
    return c.json({ id: known.id, username, lacks });
  });
  app.post('/limits', async (c) => c.json(setLimits(world, await controlBody(c, limitsBody))));

  app.get('/exports', (c) => c.json({ exports: definitions(world) }));
  app.post('/export', async (c) => {
    const { name, ...body } = await controlBody(c, exportBody);
    if (body.since && body.windowMinutes !== null) throw new BadRequest('A definition takes @since or looks back by itself.');
    return c.json(addDefinition(world, { name: name ?? body.kind, ...body }), 201);
  });
  return app;
}
