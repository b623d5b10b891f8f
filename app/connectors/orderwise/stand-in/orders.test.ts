import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.products('A', 'B');
});
const said = (answer: { body: { ModelState?: Record<string, string[]> } }) => Object.values(answer.body.ModelState ?? {}).flat();

describe('a posted order', () => {
  test('is answered with its id, its number and ours, and allocates stock where its lines say', async () => {
    const { status, body } = await rig.post(
      rig.order('#1001', [
        ['A', 2, 57.5],
        ['B', 1, 9.99],
      ]),
    );
    expect({ status, body }).toEqual({
      status: 200,
      body: { orderId: 700_001, orderNumber: '3622', eCommerceOrderNumber: '#1001' },
    });
    const { orders, stock } = await rig.ledger();
    expect(orders).toMatchObject([
      {
        reference: '#1001',
        customerOrderRef: 'ref-#1001',
        state: 'open',
        total: '129.99',
        shipping: 'Standard Delivery',
        lines: [
          { sku: 'A', quantity: 2, price: '57.50', fulfilled: 0, facility: 'Main Warehouse' },
          { sku: 'B', quantity: 1, price: '9.99' },
        ],
      },
    ]);
    expect(stock).toContainEqual({ sku: 'A', facility: 'Main Warehouse', available: 98 });
  });

  test('for a variant that is unknown, inactive, blank-padded or missing is refused in words that can be read', async () => {
    await rig.act('/product', { sku: 'OFF', active: false });
    for (const code of ['XYZ', 'OFF', 'A ', 'a', 'TEMPLATE'])
      expect(said(await rig.post(rig.order('1001', [[code, 1, 10]])))).toEqual([
        `Order number 1001: variant code: ${code} does not exist or is not active`,
      ]);
    const lines = [{ itemNumber: 1, quantity: 1, itemGross: 10 }];
    const missing = await rig.post(rig.order('1001', [['A', 1, 10]], { orderLines: lines }));
    expect(said(missing)).toEqual(['Order number 1001: no variant has been provided']);
    expect((await rig.ledger()).orders).toEqual([]);
  });

  test('takes a discontinued variant, as the session says', async () => {
    await rig.act('/product', { sku: 'OLD', discontinued: true });
    expect((await rig.post(rig.order('1', [['OLD', 1, 10]]))).status).toBe(200);
    await rig.act('/session', { name: 'Crossdock API', overrideDisallow: false });
    expect((await rig.post(rig.order('2', [['OLD', 1, 10]]))).status).toBe(400);
  });

  test('names every id that does not exist', async () => {
    const body = rig.order('1', [['A', 1, 10]], {
      customer: { id: 99 },
      header: { deliveryMethodId: 77, currencyId: 78, orderTypeId: 79 },
      payments: [{ paymentMethodId: 80, amount: 15 }],
    });
    expect(said(await rig.post(body)).map((text) => text.replace('Order number 1: ', ''))).toEqual([
      'customer 99 does not exist',
      'delivery method 77 does not exist',
      'order type 79 does not exist',
      'currency 78 does not exist',
      'payment method 80 does not exist',
    ]);
  });

  test('through a session that is not there is refused', async () => {
    const answer = await rig.api('POST', '/sales/order?session_id=99', rig.order('1', [['A', 1, 10]]));
    expect(answer).toMatchObject({ status: 400, body: { Message: 'Session not found' } });
  });

  test('with a field that nobody documented is refused by name', async () => {
    const answer = await rig.post(rig.order('1', [['A', 1, 10]], { header: { channel: 'web' } }));
    expect(said(answer)).toEqual(['orderHeader.channel is not a documented field.']);
    expect(answer.fact).toContain('a field nobody documented');
  });

  test('comes in twice unless OrderWise is set to refuse that', async () => {
    const body = rig.order('#1001', [['A', 1, 10]]);
    expect([(await rig.post(body)).status, (await rig.post(body)).status]).toEqual([200, 200]);
    expect((await rig.ledger()).orders).toHaveLength(2);
    await rig.control('POST', '/limits', { duplicates: 'refused' });
    expect(await rig.post(body)).toMatchObject({
      status: 400,
      fact: expect.stringContaining('repeated eCommerceOrderNumber') as string,
    });
  });

  test('that is queued is answered by nothing, and is there after the next run of its session', async () => {
    await rig.standIn().start();
    await rig.control('POST', '/limits', { orders: 'queued' });
    expect(await rig.post(rig.order('#1', [['A', 1, 10]]))).toMatchObject({ status: 204, text: '' });
    expect((await rig.ledger()).orders).toEqual([]);
    rig.clock.advance(5 * 60_000);
    await expect.poll(async () => (await rig.ledger()).orders).toMatchObject([{ reference: '#1' }]);
    await rig.standIn().stop();
  });

  test('paused, or of a customer on hold, is on hold; a credit is a return', async () => {
    await rig.act('/customer', { accountNumber: 'LATE', statementName: 'Late Payer', manualOnHold: true });
    await rig.post(rig.order('1', [['A', 1, 10]], { header: { systemOrderType: 3 } }));
    await rig.post(rig.order('2', [['A', 1, 10]], { customer: { accountNumber: 'LATE' } }));
    await rig.post(rig.order('3', [['A', 1, 10]], { header: { systemOrderType: 4 } }));
    const { orders, returns } = await rig.ledger();
    expect(orders.map((order: { state: string }) => order.state)).toEqual(['held', 'held']);
    expect(returns).toMatchObject([{ kind: 'credit', reference: '3', lines: [{ sku: 'A', quantity: 1 }] }]);
    expect((await rig.post(rig.order('4', [['A', 1, 10]], { header: { systemOrderType: 2 } }))).status).toBe(400);
  });

  test('of somebody new makes the customer once', async () => {
    const customer = { statementName: 'Ada Lovelace', statementEmail: 'ada@example.com' };
    await rig.post(rig.order('1', [['A', 1, 10]], { customer }));
    await rig.post(rig.order('2', [['A', 1, 10]], { customer }));
    const { orders } = await rig.ledger();
    expect(orders[0].customerId).toBe(orders[1].customerId);
    expect((await rig.api('GET', `/customers/${orders[0].customerId}`)).body).toMatchObject({ ...customer, onHold: false });
    expect(said(await rig.post(rig.order('3', [['A', 1, 10]], { customer: {} })))).toEqual([
      'Order number 3: no customer has been provided',
    ]);
  });
});

describe('an order’s status', () => {
  test('tells numbers, status, lines and deliveries where asked', async () => {
    const { orderId } = (await rig.post(rig.order('#1', [['A', 3, 10]]))).body as { orderId: number };
    await rig.act('/ship', { reference: '#1', lines: [{ sku: 'A', quantity: 1 }], tracking: 'T1', carrier: 'DHL' });
    expect((await rig.api('GET', `/sales/order/${orderId}/status`)).body).toEqual({
      orderNumber: '3622',
      eCommerceOrderNumber: '#1',
      orderStatus: 'Partially despatched',
      subStatus: null,
    });
    expect((await rig.api('GET', `/sales/order/${orderId}/status?include_lines=true&include_delivery=true`)).body).toMatchObject({
      lines: [{ variantCode: 'A', quantity: 3, quantityDespatched: 1 }],
      deliveries: [{ courierName: 'DHL', consignmentNumbers: ['T1'], lines: [{ variantCode: 'A', quantity: 1 }] }],
    });
    expect((await rig.api('GET', '/sales/order/1/status')).status).toBe(404);
  });
});
