import { expect, it } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { describeConnector, batteryContext, type BatteryRig } from '../contract/battery.ts';

const database = await openTestDatabase();
const { stockroom } = await import('./index.ts');
const { shipmentsPort } = await import('./shipments.ts');
const { stockPort } = await import('./stock.ts');
const { clerk, closeDatabase, makeStockedRoom } = await import('../../stockroom/room.fixture.ts');
const { inShop } = await import('../../db/scope.ts');
const { refusalStatus } = await import('../../stockroom/refusals.ts');
const { startPicking } = await import('../../stockroom/order-steps.ts');
const { receiveReturn } = await import('../../stockroom/returns.ts');
const { shipOrder } = await import('../../stockroom/shipping.ts');
const { setStock } = await import('../../stockroom/stock-entries.ts');

const pageSize = 4;

async function open(): Promise<BatteryRig> {
  const { room, facilityId } = await makeStockedRoom({ A: 500, B: 500, C: 500 });
  const context = batteryContext({ definition: stockroom, settings: {}, ...room });
  const act = { ...room, actor: clerk };
  return {
    connector: {
      ...stockroom.connect(context),
      shipments: shipmentsPort(context, pageSize),
      stock: stockPort(context, pageSize),
    },
    facilityId,
    skus: ['A', 'B', 'C'],
    unknownSku: 'refused',
    badProduct: { weight: -1 },
    pageSize: { shipments: pageSize, stock: pageSize },
    side: {
      countOrders: (reference) => inShop(room.shopId, (tx) => tx.stockroomOrder.count({ where: { ...room, reference } })),
      async ship(order, lines, number) {
        await shipOrder({
          ...act,
          order,
          ...(lines ? { lines } : {}),
          tracking: number ? [{ number, carrier: 'DHL', url: null }] : [],
        });
      },
      async setStock(facility, sku, available) {
        await setStock({ ...act, lines: [{ facility, sku, available }] });
      },
      async passAmending(order) {
        await startPicking({ ...act, orders: [order] });
      },
      async passCancelling(order) {
        await shipOrder({ ...act, order, lines: [{ sku: 'A', quantity: 1 }] });
      },
      async receiveReturn(order, lines) {
        await receiveReturn({ ...act, order, lines });
      },
    },
    async close() {
      await closeDatabase();
      await database.close();
    },
  };
}

describeConnector({ name: 'Stockroom', definition: stockroom, open });

it('has a text in each language for everything that Stockroom refuses', () => {
  for (const messages of [stockroom.messages.en, stockroom.messages.de]) {
    expect(Object.keys((messages as unknown as { errors: object }).errors).sort()).toEqual(Object.keys(refusalStatus).sort());
  }
});
