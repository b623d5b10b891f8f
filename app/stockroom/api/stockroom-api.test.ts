import { Hono } from 'hono';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';

const database = await openTestDatabase();
const { closeDatabase, makeRoom } = await import('../room.fixture.ts');
const { createToken, revokeToken } = await import('../tokens.ts');
const { createStockroomApi } = await import('./create-stockroom-api.ts');
const { inShop } = await import('../../db/scope.ts');

afterAll(async () => {
  await closeDatabase();
  await database.close();
});

const app = new Hono().route('/stockroom/v1', createStockroomApi());

interface Answer {
  status: number;
  headers: Headers;
  // The tests look into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any;
}

function caller(secret: string, to = app) {
  return async (method: string, path: string, json?: unknown): Promise<Answer> => {
    const response = await to.request(`/stockroom/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(json === undefined ? {} : { body: typeof json === 'string' ? json : JSON.stringify(json) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
  };
}

async function open() {
  const room = await makeRoom();
  const { secret, token } = await createToken({ ...room, name: 'script', createdBy: 'Ada' });
  const call = caller(secret);
  return { room, secret, token, call };
}

async function openStocked() {
  const opened = await open();
  const { call } = opened;
  await call('POST', '/facilities', { name: 'Main' });
  await call('PUT', '/products', {
    products: ['A', 'B'].map((sku) => ({ sku, title: `Product ${sku}`, price: 1250, currency: 'EUR' })),
  });
  await call('PUT', '/stock', { lines: ['A', 'B'].map((sku) => ({ sku, facility: 'main', onHand: 10 })) });
  return opened;
}

const newOrder = (reference: string, units: Record<string, number>) => ({
  reference,
  facility: 'main',
  currency: 'EUR',
  lines: Object.entries(units).map(([sku, quantity]) => ({ sku, quantity, unitPrice: 1250 })),
  charges: [{ kind: 'shipping', title: 'Standard', amount: 490 }],
  shipTo: { name: 'Grace Hopper', address1: 'Pier 7', city: 'Hamburg', countryCode: 'DE' },
});

describe('a day in the warehouse, by script', () => {
  it('enters, picks, packs, ships in parts, corrects, takes back and follows everything', async () => {
    const { call } = await openStocked();
    const made = await call('POST', '/orders', newOrder('#1001', { A: 3, B: 1 }));
    expect([made.status, made.body.state, made.body.total, made.body.lines[0].unitPrice]).toEqual([
      201,
      'open',
      4 * 1250 + 490,
      1250,
    ]);
    expect((await call('POST', '/orders', newOrder('#1001', { A: 9 }))).status).toBe(200);

    expect((await call('POST', '/picking/start', { orders: ['#1001', '#404'] })).body).toMatchObject({
      done: ['#1001'],
      refused: [{ order: '#404', code: 'stockroom-order-unknown' }],
    });
    expect(
      (await call('GET', '/picking/list')).body.lines.map((line: { sku: string; quantity: number }) => [line.sku, line.quantity]),
    ).toEqual([
      ['A', 3],
      ['B', 1],
    ]);

    const packed = await call('POST', '/orders/%231001/pack', { lines: [{ sku: 'A', quantity: 2 }] });
    const parcel = packed.body.shipments[0];
    expect((await call('GET', `/orders/%231001/packing-slip?shipment=${parcel.id}`)).body).toMatchObject({
      parcel: '#1001-1',
      shipTo: { city: 'Hamburg' },
      lines: [{ sku: 'A', quantity: 2, toFollow: 1 }],
    });
    expect((await call('GET', '/shipments/packed')).body.shipments).toHaveLength(1);
    const script = { number: 'T1', carrier: 'DHL', url: 'javascript:alert(1)' };
    expect((await call('POST', `/shipments/${parcel.id}/ship`, { tracking: [script] })).status).toBe(422);
    const shipped = await call('POST', `/shipments/${parcel.id}/ship`, { tracking: [{ number: 'T1', carrier: 'DHL' }] });
    expect(shipped.body).toMatchObject({ state: 'shipped', tracking: [{ number: 'T1', carrier: 'DHL', url: null }] });

    const rest = await call('POST', '/orders/%231001/ship', { tracking: [{ number: 'T2' }], reference: 'ship-rest' });
    expect(rest.body.state).toBe('shipped');
    expect(
      (await call('POST', '/orders/%231001/ship', { tracking: [{ number: 'T2' }], reference: 'ship-rest' })).body.shipments,
    ).toHaveLength(2);
    expect((await call('GET', '/stock?sku=A')).body.levels).toMatchObject([
      { facility: 'Main', onHand: 7, reserved: 0, available: 7 },
    ]);

    const followed = await call('GET', '/shipments?limit=1');
    const more = await call('GET', `/shipments?after=${followed.body.next}`);
    expect([...followed.body.shipments, ...more.body.shipments].map(({ label }: { label: string }) => label)).toEqual([
      '#1001-1',
      '#1001-2',
    ]);
    expect((await call('GET', `/shipments?after=${more.body.next}`)).body.shipments).toEqual([]);
    await call('PATCH', `/shipments/${parcel.id}`, { tracking: [{ number: 'T1-right' }] });
    expect((await call('GET', `/shipments?after=${more.body.next}`)).body.shipments).toMatchObject([
      { tracking: [{ number: 'T1-right' }] },
    ]);

    const back = await call('POST', '/orders/%231001/returns', {
      lines: [
        { sku: 'A', quantity: 1 },
        { sku: 'B', quantity: 1, restocked: false },
      ],
      note: 'too small',
    });
    expect(back.body.returns).toHaveLength(1);
    expect((await call('GET', '/returns')).body.returns).toMatchObject([{ label: '#1001-R1', note: 'too small' }]);
    expect(
      (await call('GET', '/stock')).body.levels.map((level: { sku: string; onHand: number }) => [level.sku, level.onHand]),
    ).toEqual(
      expect.arrayContaining([
        ['A', 8],
        ['B', 9],
      ]),
    );
    const events = (await call('GET', '/orders/%231001/history')).body.events;
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual([
      'accepted',
      'picking-started',
      'packed',
      'shipped',
      'shipped',
      'tracking-corrected',
      'returned',
    ]);
    expect(new Set(events.map(({ actor }: { actor: { name: string } }) => actor.name))).toEqual(new Set(['script']));
  });

  it('notes what another system calls an order’s state, which stays what was done', async () => {
    const { call } = await openStocked();
    await call('POST', '/orders', newOrder('R-8', { A: 1 }));
    const noted = await call('POST', '/orders/R-8/status', { status: ' Awaiting despatch ' });
    expect(noted.body).toMatchObject({ state: 'open', statusText: 'Awaiting despatch' });
    expect((await call('POST', '/orders/R-8/status', { status: '' })).body.statusText).toBe('');
    expect((await call('POST', '/orders/R-8/status', { status: 'x'.repeat(121) })).status).toBe(422);
  });

  it('amends, holds, releases, cancels and unpacks', async () => {
    const { call } = await openStocked();
    await call('POST', '/orders', newOrder('R/7', { A: 3 }));
    const { reference: _reference, ...changed } = newOrder('R/7', { A: 1, B: 1 });
    expect((await call('PUT', '/orders/R%2F7', changed)).body.lines.map((line: { sku: string }) => line.sku)).toEqual(['A', 'B']);
    expect((await call('POST', '/orders/R%2F7/hold', { reason: 'check address' })).body).toMatchObject({
      state: 'held',
      heldReason: 'check address',
    });
    expect((await call('POST', '/orders/R%2F7/release', {})).body.state).toBe('open');
    const packed = await call('POST', '/orders/R%2F7/pack', {});
    expect(packed.body.state).toBe('packed');
    expect((await call('DELETE', `/shipments/${packed.body.shipments[0].id}`)).status).toBe(204);
    expect((await call('POST', '/orders/R%2F7/cancel', { reason: 'customer' })).body).toMatchObject({
      state: 'cancelled',
      cancelReason: 'customer',
    });
    expect((await call('POST', '/orders/R%2F7/ship', {})).body.error).toMatchObject({ code: 'stockroom-order-state' });
  });

  it('sets, adjusts and counts stock, with its history', async () => {
    const { call } = await openStocked();
    expect(
      (
        await call('PUT', '/stock', {
          lines: [
            { sku: 'A', facility: 'Main', available: 4 },
            { sku: 'X', facility: 'Main', onHand: 4 },
          ],
        })
      ).body,
    ).toMatchObject({
      changed: 1,
      refused: [{ sku: 'X', code: 'stockroom-product-unknown' }],
    });
    const adjust = () =>
      call('POST', '/stock/adjustments', {
        lines: [{ sku: 'A', facility: 'main', change: -1 }],
        reason: 'broken',
        reference: 'adj-1',
      });
    expect([(await adjust()).body.changed, (await adjust()).body.changed]).toEqual([1, 1]);
    await call('POST', '/stock/counts', { lines: [{ sku: 'A', facility: 'main', counted: 2 }] });
    const { body } = await call('GET', '/stock/history?facility=main&limit=2');
    expect(
      body.entries.map((entry: { kind: string; before: number; after: number }) => [entry.kind, entry.before, entry.after]),
    ).toEqual([
      ['counted', 3, 2],
      ['adjusted', 4, 3],
    ]);
  });

  it('pages through orders, stock and products to the end', async () => {
    const { call } = await openStocked();
    for (let number = 1; number <= 5; number++) await call('POST', '/orders', newOrder(`#${number}`, { A: 1 }));
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await call('GET', `/orders?limit=2${after ? `&after=${after}` : ''}`);
      seen.push(...body.orders.map(({ reference }: { reference: string }) => reference));
      after = body.next ?? '';
    } while (after);
    expect(seen).toEqual(['#1', '#2', '#3', '#4', '#5']);
    expect((await call('GET', '/orders?state=shipped&state=held')).body.orders).toEqual([]);
    const first = await call('GET', '/stock?limit=1');
    const second = await call('GET', `/stock?limit=1&after=${first.body.next}`);
    expect(new Set([first, second].map(({ body }) => body.levels[0].sku))).toEqual(new Set(['A', 'B']));
    expect((await call('GET', '/products?limit=1&page=2')).body).toMatchObject({ total: 2, products: [{ sku: 'B' }] });
  });
});

describe('who may call', () => {
  it('refuses no token, a wrong one and a revoked one, each with what to do', async () => {
    const { call, room, token } = await open();
    expect((await app.request('/stockroom/v1/orders')).status).toBe(401);
    const wrong = await caller(`cdsr_${'x'.repeat(40)}`)('GET', '/orders');
    expect([wrong.status, wrong.body.error.code, wrong.headers.get('www-authenticate')]).toEqual([
      401,
      'no-token',
      'Bearer realm="stockroom"',
    ]);
    expect((await call('GET', '/facilities')).status).toBe(200);
    await revokeToken({ ...room, id: token.id });
    expect((await call('GET', '/facilities')).status).toBe(401);
  });

  it('refuses a deactivated connection', async () => {
    const { call, room } = await open();
    await inShop(room.shopId, (tx) =>
      tx.connection.updateMany({ where: { shopId: room.shopId }, data: { state: 'deactivated' } }),
    );
    const answer = await call('GET', '/facilities');
    expect([answer.status, answer.body.error.code]).toEqual([403, 'deactivated']);
  });

  it('shows each token its own Stockroom only, whatever ids it asks for', async () => {
    const mine = await openStocked();
    const other = await openStocked();
    const made = await mine.call('POST', '/orders', newOrder('#1', { A: 1 }));
    const { body } = await mine.call('POST', '/orders/%231/pack', {});
    const id = body.shipments[0].id as string;
    for (const [method, path, json] of [
      ['GET', '/orders/%231'],
      ['GET', `/orders/${made.body.id as string}`],
      ['POST', '/orders/%231/ship', {}],
      ['POST', '/orders/%231/cancel', {}],
      ['GET', `/shipments/${id}`],
      ['POST', `/shipments/${id}/ship`, {}],
      ['DELETE', `/shipments/${id}`],
      ['PATCH', `/shipments/${id}`, { tracking: [] }],
    ] as const) {
      expect([path, (await other.call(method, path, json)).status]).toEqual([path, 404]);
    }
    expect((await other.call('GET', '/orders')).body.orders).toEqual([]);
    expect((await other.call('GET', `/facilities/${made.body.facility.id as string}`)).status).toBe(422);
  });

  it('slows a token down that asks too much, and says for how long', async () => {
    const { secret } = await open();
    const call = caller(secret, new Hono().route('/stockroom/v1', createStockroomApi({ rate: { burst: 2, perSecond: 0.01 } })));
    const answers = [await call('GET', '/stores'), await call('GET', '/stores'), await call('GET', '/stores')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('what it refuses', () => {
  it('names the field that is wrong', async () => {
    const { call } = await openStocked();
    const cases: [unknown, string][] = [
      [{ ...newOrder('#1', { A: 1 }), lines: [{ sku: 'A', quantity: 0 }] }, 'lines.0.quantity'],
      [{ ...newOrder('#1', { A: 1 }), currency: 'EURO' }, 'currency'],
      [{ ...newOrder('#1', { A: 1 }), facility: 'moon' }, 'facility'],
      [newOrder('#1', { NOPE: 1 }), 'lines.0.sku'],
      [newOrder('', { A: 1 }), 'reference'],
    ];
    for (const [json, field] of cases) {
      const { status, body } = await call('POST', '/orders', json);
      expect([field, status, body.error.field]).toEqual([field, 422, field]);
      expect(body.error.message).not.toBe('');
    }
  });

  it('answers broken JSON, too much of it and unknown addresses as JSON', async () => {
    const { call } = await open();
    expect((await call('POST', '/orders', '{"reference":')).body.error.code).toBe('not-json');
    const large = await call('POST', '/facilities', { name: 'x'.repeat(6 * 1024 * 1024) });
    expect([large.status, large.body.error.code]).toEqual([413, 'too-large']);
    const lost = await call('GET', '/nowhere');
    expect([lost.status, lost.body.error.code]).toEqual([404, 'no-such-address']);
  });

  it('refuses one reference for two different requests', async () => {
    const { call } = await openStocked();
    await call('POST', '/orders', newOrder('#1', { A: 3 }));
    await call('POST', '/orders/%231/ship', { lines: [{ sku: 'A', quantity: 1 }], reference: 'x' });
    const again = await call('POST', '/orders/%231/ship', { lines: [{ sku: 'A', quantity: 2 }], reference: 'x' });
    expect([again.status, again.body.error.code]).toEqual([409, 'stockroom-reference-reused']);
  });
});

describe('its description', () => {
  it('is OpenAPI 3.1, needs no token, and describes every address with what it answers', async () => {
    const response = await app.request('/stockroom/v1/openapi.json');
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { summary?: string; security?: unknown; responses: object }>>;
    };
    expect([response.status, document.openapi]).toEqual([200, '3.1.0']);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
    );
    expect(operations.length).toBeGreaterThan(30);
    expect(
      operations
        .filter(({ operation }) => !operation.summary || !operation.security || !('401' in operation.responses))
        .map(({ name }) => name),
    ).toEqual([]);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/orders/{reference}/ship', '/stock', '/facilities/{facility}']),
    );
  });
});
