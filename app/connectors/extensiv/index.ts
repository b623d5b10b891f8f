import { defineConnector } from '../contract/index.ts';
import { openAccount } from './account.ts';
import { callsAtOnce } from './assumptions.ts';
import { baseUrlOf } from './base-url.ts';
import { checkSteps } from './check.ts';
import { facilitiesPort } from './facilities.ts';
import { guide } from './guide.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import { ordersPort } from './orders.ts';
import { referenceDataPort } from './reference-data.ts';
import { settings } from './settings.ts';
import { shipmentsPort } from './shipments.ts';
import { stockPort } from './stock.ts';
import { sharedStock, store, storesPort } from './stores.ts';

export const extensiv = defineConnector({
  id: 'extensiv',
  label: 'Extensiv Integration Manager',
  settings,
  capabilities: {
    // An order of IM's goes to one warehouse of one WMS.
    handOver: 'fulfilmentOrder',
    findOrder: 'exact',
    // IM takes orders that are newer than the WMS's figure off it.
    reservesOnAccept: true,
    // What a cart changes after the hand-over never follows.
    amend: false,
    cancel: true,
    partialShipments: true,
    returns: false,
    createsFacilities: false,
    remote: true,
    defaultFinancialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
    // Orders name no sales channel there.
    mappingKinds: ['shipping', 'payment', 'product-type', 'sku-alias', 'kit'],
    keepsCustomers: true,
    minimumIntervalMinutes: 1,
  },
  store,
  sharedStock,
  guide,
  messages: { en, de },
  account: ['baseUrl', 'apiUser', 'merchantApiUser'],
  // A pace is not held here: new orders are exempt from IM's bucket, and everything else follows the level that IM tells (bucket.ts).
  limits: (given) => ({
    key: `extensiv ${new URL(baseUrlOf(given)).host} ${given.apiUser}`,
    concurrency: callsAtOnce,
    perSecond: null,
  }),
  connect(context) {
    const account = openAccount(context);
    return {
      check: checkSteps(account),
      facilities: facilitiesPort(account),
      orders: ordersPort(account),
      referenceData: referenceDataPort(account),
      stores: storesPort(account),
      stock: stockPort(account),
      shipments: shipmentsPort(account),
    };
  },
});
