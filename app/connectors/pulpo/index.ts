import { defineConnector } from '../contract/index.ts';
import { openAccount } from './account.ts';
import { accountCalls } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { checkSteps } from './check.ts';
import { facilitiesPort } from './facilities.ts';
import { guide } from './guide.ts';
import { inboundPort } from './inbound.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import { ordersPort } from './orders.ts';
import { productsPort } from './products.ts';
import { referenceDataPort } from './reference-data.ts';
import { returnsPort } from './returns.ts';
import { settings } from './settings.ts';
import { shipmentsPort } from './shipments.ts';
import { stockPort } from './stock.ts';
import { sharedStock, store, storesPort, tenantOf } from './stores.ts';

export const pulpo = defineConnector({
  id: 'pulpo',
  label: 'PULPO WMS',
  settings,
  capabilities: {
    callsUs: true,
    // A PULPO order is worked on in one warehouse: PULPO's own integration makes one of each fulfilment order, too.
    handOver: 'fulfilmentOrder',
    findOrder: 'exact',
    reservesOnAccept: true,
    amend: true,
    cancel: true,
    partialShipments: true,
    returns: true,
    createsFacilities: false,
    remote: true,
    // PULPO's own integration takes paid orders; one of which a unit was refunded before it went is still to be shipped.
    defaultFinancialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
    // A warehouse is told nothing of payments.
    mappingKinds: ['shipping', 'channel', 'product-type', 'product-tag', 'sku-alias', 'kit'],
    recordsHandedOver: true,
    keepsCustomers: true,
    productFields: ['attributes', 'active'],
    minimumIntervalMinutes: 1,
  },
  store,
  sharedStock,
  guide,
  messages: { en, de },
  account: ['environment', 'baseUrl', 'username', 'merchantId', 'merchantChannelId'],
  records: { settings: ['defaultSupplier', 'fallbackCustomer'], instanceOf: tenantOf },
  limits: (given) => ({ key: `pulpo ${new URL(baseUrlOf(given)).host} ${given.username}`, ...accountCalls }),
  connect(context) {
    const account = openAccount(context);
    return {
      check: checkSteps(account),
      facilities: facilitiesPort(account),
      orders: ordersPort(account),
      referenceData: referenceDataPort(account),
      stores: storesPort(account),
      products: productsPort(account),
      stock: stockPort(account),
      shipments: shipmentsPort(account),
      returns: returnsPort(account),
      inbound: inboundPort(account),
    };
  },
});
