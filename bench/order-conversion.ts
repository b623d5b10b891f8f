import { pick, type Bench } from './frame/bench.ts';
import { asTime, quantile } from './frame/measure.ts';
import { locationGid } from './ground/shops.ts';
import { orderGid, orderNode } from './ground/order-node.ts';

/** What is computed for one order between Shopify's answer and the back office's call: no database, no network. */
export const orderConversion: Bench = {
  async run(ground) {
    const count = pick(ground, { tiny: 50, quick: 5_000, full: 20_000 });
    const { readOrder } = await import('../app/sync/orders/read-order.ts');
    const { mapOrder } = await import('../app/sync/orders/resolve-mappings.ts');
    const { rulesByKind } = await import('../app/mappings/resolve.ts');
    const { convertPart, handOverHash, layOutUnits } = await import('../app/sync/orders/convert-order.ts');
    const { totalsDiffer } = await import('../app/sync/orders/order-total.ts');
    const rules = Array.from({ length: 60 }, (_, n) => ({
      id: String(n),
      match: 'exact' as const,
      source: `Method ${n}`,
      target: { carrier: 'DHL', method: `M${n}` },
    }));
    const table = {
      version: 1,
      rules: rulesByKind({
        shipping: [...rules, { id: 's', match: 'exact', source: 'Standard', target: { carrier: 'DHL', method: 'Parcel' } }],
        payment: [{ id: 'p', match: 'exact', source: 'shopify_payments', target: { method: 'card' } }],
      }),
    };
    const unmapped = { unmappedShipping: 'hold', unmappedPayment: 'send', unmappedChannel: 'send' } as const;
    const { shop, run } = {
      shop: { id: 1, domain: '' },
      run: (n: number) => orderNode(n, locationGid(1), '2026-11-20T10:00:00Z'),
    };
    const seconds: number[] = [];
    let right = 0;
    for (let n = 1; n <= count + 500; n += 1) {
      const node = run(n);
      const admin = {
        shop,
        run: () => Promise.resolve({ order: node } as never),
        runNotingDenied: () => Promise.resolve({ data: { order: node } as never, denied: [] }),
      };
      const started = performance.now();
      const order = await readOrder(admin, orderGid(n));
      if (!order) throw new Error('The order is not there');
      const mapped = mapOrder(order, table, unmapped);
      const units = order.fulfilmentOrders.flatMap((one) =>
        one.lines.map(({ lineId, remaining }) => ({ lineId, quantity: remaining, facilityId: 'F1' })),
      );
      const differs = totalsDiffer(order);
      const part = convertPart(
        order,
        {
          ...{
            reference: order.name,
            number: 1,
            units,
            target: { facilityId: 'F1', handedOver: false, deliveryMethod: 'SHIPPING' },
          },
          ...{
            carriesCharges: true,
            shipping: mapped.shipping,
            payments: mapped.payments,
            channel: mapped.channel,
            storeId: null,
          },
          ...{ remoteProducts: new Map(), withNote: true, withAttributes: true, customer: order.customer },
        },
        layOutUnits([{ number: 1, units }]),
      );
      handOverHash(part);
      // The first ones warm the engine up.
      if (n > 500) seconds.push((performance.now() - started) / 1000);
      if (
        n > 500 &&
        differs === null &&
        part.total.amount === 3500 &&
        mapped.shipping?.method === 'Parcel' &&
        part.lines.length === 2
      )
        right += 1;
    }
    const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
    return {
      rows: [
        {
          what: 'reading, mapping and converting one order',
          target: '≤ 0.2 ms',
          figure: `${asTime(mean)}, p99 ${asTime(quantile(seconds, 0.99))}`,
          limit: '',
          ratio: null,
          verdict: mean <= 0.0002 ? 'pass' : 'miss',
          note: `${count} orders of two lines, 62 mappings, the penny check and the hand-over hash included`,
        },
      ],
      curves: [],
      right: { 'every order comes to its total with its method mapped': right === count },
    };
  },
};
