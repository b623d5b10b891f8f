import { beforeEach, describe, expect, test } from 'vitest';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.products('A');
});
const said = (answer: { body: { ModelState?: Record<string, string[]> } | null }) =>
  Object.values(answer.body?.ModelState ?? {})
    .flat()
    .map((text) => text.replace('Order number 1: ', ''));
const post = (header: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  rig.post(rig.order('1', [['A', 3, 9.99]], { header, ...more }));

describe('totals', () => {
  test('a penny too much or too little is refused', async () => {
    expect((await post({})).status).toBe(200);
    for (const orderGross of [34.98, 34.96]) {
      const answer = await post({ orderGross });
      expect(said(answer)).toEqual([`order gross ${orderGross} does not equal the sum of its parts, 34.97`]);
      expect(answer.fact).toContain('Totals must balance');
    }
  });

  test('a discount lowers and a surcharge raises the total, by a code that OrderWise knows', async () => {
    const dissurs = [
      { description: 'Discount', price: 4.97 },
      { description: 'Tip', price: 1, discount: false },
    ];
    expect((await post({ orderGross: 31 }, { dissurs })).status).toBe(200);
    expect(said(await post({ orderGross: 34.97 }, { dissurs }))).toEqual([
      'order gross 34.97 does not equal the sum of its parts, 31.00',
    ]);
    expect(said(await post({ orderGross: 30 }, { dissurs: [{ description: 'SUMMER10', price: 4.97 }] }))).toEqual([
      'discount/surcharge SUMMER10 does not exist',
    ]);
  });

  test('a net discount on gross prices is raised by its tax', async () => {
    const dissurs = [{ description: 'Discount', price: 5, grossDiscount: false, taxRateId: 1 }];
    expect((await post({ orderGross: 28.97 }, { dissurs })).status).toBe(200);
  });

  test('net prices must add up to the net total, and tax is gross less net', async () => {
    const orderLines = [{ itemNumber: 1, variantCode: 'A', quantity: 3, itemNet: 9.99 }];
    const net = { pricesAsNet: true, orderNet: 34.97, deliveryNet: 5, orderGross: 37.63, orderTax: 2.66, deliveryTax: 0 };
    expect((await post(net, { orderLines })).status).toBe(200);
    expect(said(await post({ ...net, orderTax: 2.65 }, { orderLines }))).toEqual([
      'order tax 2.65 is not order gross less order net, 2.66',
    ]);
    expect(said(await post({ ...net, orderNet: 34.98, orderTax: 2.65 }, { orderLines }))).toEqual([
      'order net 34.98 does not equal the sum of its parts, 34.97',
    ]);
    expect(said(await post({ pricesAsNet: true }, { orderLines }))).toEqual([
      'order net and delivery net are needed where prices are net',
    ]);
  });

  test('the other prices, where given, may lose a penny a unit and no more', async () => {
    const lines = (itemNet: number) => [{ itemNumber: 1, variantCode: 'A', quantity: 3, itemGross: 9.99, itemNet }];
    const net = { orderNet: 29.14, orderTax: 5.83, deliveryNet: 4.17, deliveryTax: 0.83 };
    expect((await post(net, { orderLines: lines(8.33) })).status).toBe(200);
    expect(said(await post(net, { orderLines: lines(8.34) }))).toEqual([
      'order net 29.14 does not equal the sum of its parts, 29.19',
    ]);
  });

  test('amounts have at most four places and totals two; payments are no more than the total', async () => {
    expect(said(await post({ orderGross: 34.97001 }))).toEqual([
      'orderHeader.orderGross: is not an amount of at most four decimal places.',
    ]);
    expect(said(await post({ orderGross: 34.975 }))).toEqual(['order gross 34.975 is not an amount of money']);
    expect(said(await post({}, { payments: [{ paymentMethodId: 1, amount: 34.98 }] }))).toEqual([
      'payments of 34.98 are more than order gross 34.97',
    ]);
    expect((await post({}, { payments: [{ paymentMethodId: 1, amount: 34.97 }] })).status).toBe(200);
  });

  test('where OrderWise prices a line itself, nothing is balanced', async () => {
    const orderLines = [{ itemNumber: 1, variantCode: 'A', quantity: 3, calculateLineSystemPrice: true }];
    expect((await post({ orderGross: 1 }, { orderLines })).status).toBe(200);
  });
});
