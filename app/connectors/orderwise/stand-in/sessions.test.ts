import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Hono } from 'hono';
import { serve, type RunningServer } from '../../../../sandbox/kit/http.ts';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

const REPLY = '<XMLFile><Responses><Response><Type>Log</Type><Message>Posted</Message></Response></Responses></XMLFile>';

let rig: Rig;
let server: RunningServer;
/** The website: what it has to offer, what it answers, and what it was told. */
let site: { orders: string; contentType: string; reply: string; taken: { path: string; data: string }[] };

const money = (value: number) => value.toFixed(2);
/** A documented order of `quantity` pieces at 12.00 with 20 % tax, and 6.00 delivery; `change` edits its text. */
function order(number: string, code: string, quantity = 1, change = (xml: string) => xml): string {
  const party =
    '<Name>Ada &amp; Co</Name><Address1>1 Pier</Address1><Town>Hull</Town><Country>United Kingdom</Country><CountryCode>GB</CountryCode><Email>ada@example.com</Email>';
  return change(`<SalesOrder>
    <OrderNumber>${number}</OrderNumber><OrderDate>2026-10-05T10:00:00</OrderDate><CustomerOrderRef>ref-${number}</CustomerOrderRef>
    <DeliveryMethod>Standard Delivery</DeliveryMethod><DeliveryGross>6.00</DeliveryGross><DeliveryNet>5.00</DeliveryNet><DeliveryTax>1.00</DeliveryTax>
    <OrderGross>${money(12 * quantity + 6)}</OrderGross><OrderNet>${money(10 * quantity + 5)}</OrderNet><OrderTax>${money(2 * quantity + 1)}</OrderTax>
    <OrderOnHold>false</OrderOnHold><PricesAsNet>false</PricesAsNet>
    <Customer><eCommerceAccountNumber>77</eCommerceAccountNumber><Statement>${party}</Statement><Invoice>${party}</Invoice>
      <CustomerContact><Name>Ada</Name><Fax/></CustomerContact><DeliveryAddress>${party}</DeliveryAddress></Customer>
    <Payments><SalesPayment><Description>PayPal</Description><Amount>${money(12 * quantity + 6)}</Amount></SalesPayment></Payments>
    <Lines><SalesOrderLine><Code>${code}</Code><Quantity>${quantity}</Quantity><eCommerceItemID>i1</eCommerceItemID><ItemGross>12.00</ItemGross><ItemNet>10.00</ItemNet><TaxCode>T1</TaxCode></SalesOrderLine></Lines>
    <Dissurs/>
  </SalesOrder>`);
}
const offer = (...orders: string[]) =>
  (site.orders = `<?xml version="1.0" encoding="utf-8"?><XMLFile xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SalesOrders>${orders.join('')}</SalesOrders></XMLFile>`);
const poll = async (options: Record<string, unknown> = {}): Promise<Json> => rig.act('/session/poll', options);
const told = (path: string) => site.taken.filter((one) => one.path === path).map(({ data }) => data);

beforeEach(async () => {
  rig = await openRig();
  await rig.products('A', 'B');
  site = { orders: '', contentType: 'text/xml; charset=utf-8', reply: REPLY, taken: [] };
  offer();
  const app = new Hono();
  app.get('/import', (c) => c.body(site.orders, 200, { 'content-type': site.contentType }));
  app.post('/:path', async (c) => {
    const form = await c.req.parseBody();
    site.taken.push({ path: c.req.path, data: String(form['ExportData']) });
    return c.body(c.req.path === '/success' ? '' : site.reply, 200, { 'content-type': 'text/xml' });
  });
  server = await serve(app, { port: 0 });
  const at = (path: string) => `${server.url}/${path}`;
  await rig.act('/session', { importUrl: at('import'), successUrl: at('success') });
});
afterEach(async () => {
  await rig.standIn().stop();
  await server.close();
});

describe('a run imports', () => {
  test('the orders offered and acknowledges them in one form field', async () => {
    offer(order('12345', 'A', 2), order('17', 'B'));
    expect(await poll()).toMatchObject({ imported: ['12345', '17'], acknowledged: ['12345', '17'], problems: [] });
    expect(told('/success')).toEqual(['12345~17']);
    const { orders } = await rig.ledger();
    expect(orders).toMatchObject([
      {
        reference: '12345',
        customerOrderRef: 'ref-12345',
        state: 'open',
        total: '30.00',
        lines: [{ sku: 'A', quantity: 2, price: '12.00' }],
      },
      { reference: '17' },
    ]);
    expect(orders[0].customerId).toBe(orders[1].customerId);
    expect((await rig.api('GET', `/customers/${orders[0].customerId}`)).body.statementName).toBe('Ada & Co');
  });

  test('and its ledger tells which orders it hasn’t acknowledged at once, as long as it hasn’t told its stock since', async () => {
    const uncounted = async () =>
      (await rig.ledger()).orders.filter((one: Json) => one.uncounted).map((one: Json) => one.reference);
    offer(order('1', 'A'), order('2', 'B'));
    await poll({ withhold: ['1'] });
    expect(await uncounted()).toEqual(['1']);
    expect((await poll()).acknowledged).toContain('1');
    expect(await uncounted()).toEqual(['1']);
    await rig.act('/session', { exportOn: true, stockUrl: `${server.url}/stock` });
    expect((await poll({ full: true })).stock).toBeGreaterThan(0);
    expect(await uncounted()).toEqual([]);
  });

  test('nothing out of an empty list, and acknowledges nothing', async () => {
    expect(await poll()).toMatchObject({ imported: [], problems: [] });
    site.orders = '<XMLFile><SalesOrders/></XMLFile>';
    expect(await poll()).toMatchObject({ imported: [], problems: [] });
    expect(told('/success')).toEqual([]);
  });

  test('the good orders of a batch; bad ones are refused one by one and offered again', async () => {
    const bad = (from: string, to: string) => (xml: string) => xml.replace(from, to);
    offer(
      order('1', 'X'),
      order('2', 'A'),
      order('3', 'A', 1, bad('<OrderGross>18.00', '<OrderGross>18.01')),
      order('4', 'A', 1, bad('Standard Delivery', 'Standard delivery')),
      order('5', 'A', 1, bad('PayPal', 'paypal')),
      order('6', 'A', 1, bad('>T1<', '>T9<')),
      order('7', 'A', 1, bad('<OrderOnHold>', '<Channel>web</Channel><OrderOnHold>')),
      order('8', 'A', 1, bad('10:00:00', '10:00:00Z')),
      order('9', 'A', 1, bad('<Quantity>1<', '<Quantity>1.0<')),
    );
    const run = await poll();
    expect(run).toMatchObject({ imported: ['2'], acknowledged: ['2'] });
    const texts = run.refused.map(
      (one: Json) => `${one.reference}: ${one.problems.map((problem: Json) => problem.text).join(' | ')}`,
    );
    expect(texts).toEqual([
      '1: Order number 1: variant code: X does not exist or is not active',
      expect.stringContaining('3: Order number 3: order gross 18.01 does not equal the sum of its parts, 18.00'),
      '4: Order number 4: delivery method Standard delivery does not exist',
      '5: Order number 5: payment method paypal does not exist',
      '6: Order number 6: tax code T9 does not exist',
      '7: Channel is not a documented field.',
      expect.stringContaining('8: OrderDate: is not a date'),
      expect.stringContaining('9: Lines.SalesOrderLine.0.Quantity: is not a whole number'),
    ]);
    expect((await rig.ledger()).orders).toHaveLength(1);
  });

  test('nothing of a document that is not the documented one', async () => {
    const good = `<SalesOrders>${order('1', 'A')}</SalesOrders>`;
    const refused: [string, RegExp][] = [
      ['No Exports Found', /well-formed|no root/],
      [`<XMLFile>${good}`, /not well-formed/],
      [`<Orders>${good}</Orders>`, /root element is not XMLFile/],
      [`<XMLFile>${order('1', 'A')}</XMLFile>`, /holds SalesOrder where SalesOrders belongs/],
      [`<!DOCTYPE x [<!ENTITY a "b">]><XMLFile>${good}</XMLFile>`, /document type/],
    ];
    for (const [document, text] of refused) {
      site.orders = document;
      expect((await poll()).problems).toEqual([expect.stringMatching(text)]);
    }
    offer(order('1', 'A'));
    site.contentType = 'application/json';
    expect((await poll()).problems).toEqual([expect.stringContaining('not text/xml')]);
    expect((await rig.ledger()).orders).toEqual([]);
  });

  test('an order on hold, and a surcharge', async () => {
    const dissur =
      '<Dissurs><SalesDissur><Description>Tip</Description><Price>2.00</Price><TaxCode>T0</TaxCode><GrossDiscount>true</GrossDiscount><Discount>N</Discount></SalesDissur></Dissurs>';
    offer(
      order('1', 'A', 1, (xml) =>
        xml
          .replace('<Dissurs/>', dissur)
          .replace('<OrderGross>18.00', '<OrderGross>20.00')
          .replace('<OrderNet>15.00', '<OrderNet>17.00')
          .replace('<OrderOnHold>false', '<OrderOnHold>true'),
      ),
    );
    expect(await poll()).toMatchObject({ imported: ['1'], refused: [] });
    expect((await rig.ledger()).orders).toMatchObject([{ state: 'held', total: '20.00' }]);
  });
});

describe('what is not acknowledged', () => {
  test('comes again and is not made twice, when it was withheld', async () => {
    offer(order('1', 'A'), order('2', 'A'));
    expect((await poll({ withhold: ['1'] })).acknowledged).toEqual(['2']);
    offer(order('1', 'A'));
    expect(await poll()).toMatchObject({ imported: [], again: ['1'], acknowledged: ['1'] });
    expect(told('/success')).toEqual(['2', '1']);
    expect((await rig.ledger()).orders).toHaveLength(2);
  });

  test('comes again when the acknowledgement or its answer was lost; one can come twice', async () => {
    offer(order('1', 'A'));
    rig.faults.add({ target: 'webhooks', kind: 'drop', match: 'orderwise:acknowledge', times: 1 });
    expect(await poll()).toMatchObject({ imported: ['1'], acknowledged: [], problems: [expect.stringContaining('not sent')] });
    rig.faults.add({ target: 'webhooks', kind: 'timeout', match: 'orderwise:acknowledge', times: 1 });
    expect(await poll()).toMatchObject({ again: ['1'], acknowledged: [] });
    rig.faults.add({ target: 'webhooks', kind: 'duplicate', match: 'orderwise:acknowledge', times: 1 });
    expect(await poll()).toMatchObject({ again: ['1'], acknowledged: ['1'] });
    expect(told('/success')).toEqual(['1', '1', '1']);
    expect((await rig.ledger()).orders).toHaveLength(1);
  });
});

test('the same number in another session is another order', async () => {
  offer(order('1', 'A'));
  await poll();
  await rig.act('/session', { name: 'Second shop', importUrl: `${server.url}/import`, successUrl: `${server.url}/success` });
  expect(await poll({ name: 'Second shop' })).toMatchObject({ imported: ['1'] });
  expect((await rig.ledger()).orders).toHaveLength(2);
});

test('runs follow the schedule by the sandbox clock', async () => {
  await rig.standIn().start();
  offer(order('1', 'A'));
  const runs = async () => (await rig.control('GET', '/session')).body.sessions[1].runs as Json[];
  await sleep(300);
  expect(await runs()).toEqual([]);
  rig.clock.advance(5 * 60_000);
  await expect.poll(runs).toMatchObject([{ imported: ['1'] }]);
  await rig.act('/session', { everyMinutes: 60 });
  rig.clock.advance(30 * 60_000);
  expect(await runs()).toHaveLength(1);
});

describe('a run pushes', () => {
  beforeEach(async () => {
    await rig.act('/session', { stockUrl: `${server.url}/stock`, despatchUrl: `${server.url}/despatch` });
  });

  test('stock that was recalculated since the last push that was taken, by location', async () => {
    expect(await poll()).toMatchObject({ stock: 2, despatch: null, problems: [] });
    expect(told('/stock')[0]).toContain('<vad_variant_code>A</vad_variant_code>');
    expect(await poll()).toMatchObject({ stock: null });
    rig.clock.advance(1000);
    await rig.act('/stock', { sku: 'B', facility: 'East Warehouse', available: 4 });
    expect(await poll()).toMatchObject({ stock: 2 });
    expect(told('/stock')[1]).toMatch(/<vsl_sl_id>6<\/vsl_sl_id><sl_name>East Warehouse<\/sl_name><vsl_free_stock_quantity>4</);
    await rig.act('/session', { stockExport: 'plain' });
    expect(await poll({ full: true })).toMatchObject({ stock: 2 });
    expect(told('/stock')[2]).toContain('<vasq_free_stock_quantity>104</vasq_free_stock_quantity>');
    expect(told('/stock')[2]).not.toContain('vsl_sl_id');
  });

  test('despatches of its own orders with their parcels, with lines or without', async () => {
    offer(order('1', 'A', 3));
    await poll();
    rig.clock.advance(1000);
    await rig.act('/ship', { reference: '1', lines: [{ sku: 'A', quantity: 2 }], consignments: ['T1', 'T2'], carrier: 'DHL' });
    offer();
    await poll();
    const document = told('/despatch').at(-1) ?? '';
    expect(document).toContain('<orders><order><orderNo>1</orderNo><orderStatus>Partially despatched</orderStatus><deliveries>');
    expect(document).toContain(
      '<courierName>DHL</courierName><consignmentNumbers><consignmentNumber>T1</consignmentNumber><consignmentNumber>T2',
    );
    expect(document).toContain('<deliveryLine><variantCode>A</variantCode><quantity>2</quantity></deliveryLine>');
    await rig.act('/session', { despatchLines: false });
    await poll({ full: true });
    expect(told('/despatch').at(-1)).not.toContain('deliveryLine');
  });

  test('again what was not taken: any reply but the expected one is a problem', async () => {
    const replies: [string, RegExp][] = [
      ['', /no root element|not well-formed/],
      ['OK', /not well-formed/],
      [REPLY.replaceAll('XMLFile', 'Responses2'), /not <XMLFile><Responses><Response>/],
      [REPLY.replace('<Message>Posted</Message>', ''), /needs Type and Message/],
      [REPLY.replace('Log', 'Error'), /the website said Error: Posted/],
    ];
    for (const [reply, text] of replies) {
      site.reply = reply;
      expect(await poll()).toMatchObject({ stock: null, problems: [expect.stringMatching(text)] });
    }
    site.reply = REPLY;
    expect(await poll()).toMatchObject({ stock: 2, problems: [] });
  });

  test('nothing where Export is off', async () => {
    await rig.act('/session', { exportOn: false });
    expect(await poll()).toMatchObject({ stock: null, problems: [] });
    expect(site.taken).toEqual([]);
  });
});
