import { defineConnector } from '../contract/index.ts';
import { checkSteps } from './check.ts';
import { facilitiesPort } from './facilities.ts';
import { guide } from './guide.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import { ordersPort } from './orders.ts';
import { productsPort } from './products.ts';
import { returnsPort } from './returns.ts';
import { settings } from './settings.ts';
import { shipmentsPort } from './shipments.ts';
import { stockPort } from './stock.ts';
import { store, storesPort } from './stores.ts';

export const stockroom = defineConnector({
  id: 'stockroom',
  label: 'Stockroom',
  settings,
  capabilities: {
    // An order of Stockroom is worked on in one facility: each fulfilment order becomes one.
    handOver: 'fulfilmentOrder',
    findOrder: 'exact',
    reservesOnAccept: true,
    amend: true,
    cancel: true,
    partialShipments: true,
    returns: true,
    refundsWithoutGoods: true,
    createsFacilities: true,
    remote: false,
    tellsPages: true,
    recordsHandedOver: true,
    defaultFinancialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
    keepsCustomers: true,
    // A system that works through the open API has words of its own for states; classes and tags stand on orders and products.
    mappingKinds: [
      'shipping',
      'payment',
      'channel',
      'product-type',
      'order-status',
      'customer-class',
      'product-tag',
      'sku-alias',
      'kit',
    ],
    parksHistory: true,
    productFields: ['tags', 'image', 'attributes', 'active'],
    // Details of a product have the names that the warehouse gives them.
    productUpdates: { fields: [] },
    minimumIntervalMinutes: 1,
  },
  store,
  sharedStock: 'joining',
  guide,
  messages: { en, de },
  productPage: (id, connectionId) => `/app/stockroom/stock/${id}?connection=${connectionId}`,
  limits: () => ({ key: 'stockroom', concurrency: 50, perSecond: null }),
  connect: (context) => ({
    check: checkSteps(context),
    facilities: facilitiesPort(context),
    orders: ordersPort(context),
    stores: storesPort(context),
    products: productsPort(context),
    stock: stockPort(context),
    shipments: shipmentsPort(context),
    returns: returnsPort(context),
  }),
});
