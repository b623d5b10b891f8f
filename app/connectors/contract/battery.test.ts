import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { z } from 'zod';
import { NeedsMerchantError, RejectedError } from '../../core/errors.ts';
import type { HttpResponse } from '../../core/http.ts';
import { batteryContext, describeConnector, type BatteryRig } from './battery.ts';
import { defineConnector, type ConnectContext, type Connector, type RemoteOrder, type SalesOrder } from './index.ts';

/* The battery tried on the smallest remote back office there can be: facilities and orders behind a log-in. */

const settings = z.object({ password: z.string() });
type Context = ConnectContext<z.infer<typeof settings>>;

function connect(context: Context): Connector {
  const login = async () => {
    const answer = await context.http.send({ method: 'POST', path: 'login', json: { password: context.settings.password } });
    if (answer.status === 401)
      throw new NeedsMerchantError('wrong-credentials', 'The password was refused', { scope: 'connection' });
    return { token: answer.text, expiresAt: context.nowMs() + 3_600_000 };
  };
  async function call(method: 'GET' | 'POST', path: string, json?: unknown, again = true): Promise<HttpResponse> {
    const token = await context.tokens.get(login);
    const body = json === undefined ? {} : { json, writes: true };
    const answer = await context.http.send({ method, path, headers: { authorization: token }, ...body });
    if (answer.status !== 401 || !again) return answer;
    await context.tokens.invalidate(token);
    return call(method, path, json, false);
  }
  return {
    check: [
      { step: 'login', run: async () => ({ detail: String((await context.tokens.get(login)).length) }) },
      { step: 'read', run: async () => ({ detail: (await call('GET', 'facilities')).text }) },
    ],
    facilities: {
      async list() {
        const names = JSON.parse((await call('GET', 'facilities')).text) as string[];
        return names.map((id) => ({ id, name: id, kind: 'warehouse', active: true, address: null, url: null }));
      },
    },
    orders: {
      preview: ({ reference, shipTo, note }) => Promise.resolve([{ call: 'POST orders', body: { reference, shipTo, note } }]),
      async create(order) {
        const answer = await call('POST', 'orders', order);
        if (answer.status !== 200) throw new RejectedError('refused', answer.text);
        return JSON.parse(answer.text) as RemoteOrder;
      },
      async find(reference) {
        const answer = await call('GET', `orders/${encodeURIComponent(reference)}`);
        return answer.status === 200 ? (JSON.parse(answer.text) as RemoteOrder) : null;
      },
    },
  };
}

const definition = defineConnector({
  id: 'smallest',
  label: 'Smallest',
  settings,
  capabilities: {
    handOver: 'fulfilmentOrder',
    findOrder: 'exact',
    reservesOnAccept: false,
    amend: false,
    cancel: false,
    partialShipments: false,
    returns: false,
    createsFacilities: false,
    remote: true,
    defaultFinancialStatuses: ['PAID'],
    minimumIntervalMinutes: 5,
  },
  guide: [{ id: 'password', provenBy: 'login' }],
  messages: {
    en: {
      settings: { password: { label: 'Password' } },
      check: { login: 'Logged in', read: 'Read' },
      guide: { password: { title: 'Password', body: 'Enter it.' } },
    },
  },
  limits: () => ({ key: 'smallest', concurrency: 4, perSecond: null }),
  connect,
});

/** Its other side: keeps orders by reference, and misbehaves when told to. */
function backOffice() {
  const orders = new Map<string, RemoteOrder>();
  const made: string[] = [];
  const fault = { loseAnswer: false, retryAfter: 0 };
  let token = 'token-1';
  let logins = 0;
  const app = new Hono();
  app.post('/login', async (context) => {
    const { password } = await context.req.json<{ password: string }>();
    if (password !== 'right') return context.text('no', 401);
    logins += 1;
    return context.text(token);
  });
  app.use('*', async (context, next) => {
    if (fault.retryAfter > 0) {
      const wait = String(fault.retryAfter);
      fault.retryAfter = 0;
      return context.text('slow down', 429, { 'Retry-After': wait });
    }
    if (context.req.header('authorization') !== token) return context.text('who are you?', 401);
    return next();
  });
  app.get('/facilities', (context) => context.json(['north']));
  app.get('/orders/:reference', (context) => {
    const order = orders.get(context.req.param('reference'));
    return order ? context.json(order) : context.text('unknown', 404);
  });
  app.post('/orders', async (context) => {
    const { reference, facilityId, lines } = await context.req.json<SalesOrder>();
    const unknown = lines.find(({ sku }) => !['A', 'B', 'C'].includes(sku));
    if (unknown) return context.text(`There is no ${unknown.sku}`, 422);
    const order = orders.get(reference) ?? {
      remoteId: `r${orders.size}`,
      remoteNumber: null,
      reference,
      state: 'open',
      lines,
      total: null,
      facilityId,
      url: null,
    };
    if (!orders.has(reference)) made.push(reference);
    orders.set(reference, order);
    if (fault.loseAnswer) {
      fault.loseAnswer = false;
      await new Promise((resolve) => setTimeout(resolve, 3500));
    }
    return context.json(order);
  });
  const expire = () => {
    token = `token-${Math.random()}`;
  };
  return { app, made, fault, expire, logins: () => logins };
}

async function open(): Promise<BatteryRig> {
  const office = backOffice();
  const server = serve({ fetch: office.app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const live = (password: string, baseUrl = `http://127.0.0.1:${port}`) =>
    connect(batteryContext({ definition, settings: { password }, baseUrl, timeoutMs: 1500 }));
  const never = () => Promise.reject(new Error('The smallest back office does not do that'));
  return {
    connector: live('right'),
    facilityId: 'north',
    skus: ['A', 'B', 'C'],
    unknownSku: 'refused',
    wrong: [
      { what: 'password', connector: live('wrong'), failsAt: 'login' },
      { what: 'address', connector: live('right', 'http://127.0.0.1:1'), failsAt: 'login' },
    ],
    side: {
      countOrders: (reference) => Promise.resolve(office.made.filter((one) => one === reference).length),
      ship: never,
      setStock: never,
    },
    faults: {
      loseAnswerOfNextCreate: () => Promise.resolve(void (office.fault.loseAnswer = true)),
      rateLimitNextCall: (seconds) => Promise.resolve(void (office.fault.retryAfter = seconds)),
      expireToken: () => Promise.resolve(office.expire()),
      logins: () => Promise.resolve(office.logins()),
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describeConnector({ name: 'the smallest remote back office', definition, open });
