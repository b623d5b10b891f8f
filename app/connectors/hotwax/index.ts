import { defineConnector } from '../contract/index.ts';
import { openAccount } from './account.ts';
import { accountCalls } from './assumptions.ts';
import { instanceHost } from './base-url.ts';
import { checkSteps } from './check.ts';
import { facilitiesPort } from './facilities.ts';
import { guide } from './guide.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import { mirrorPort } from './mirror.ts';
import { ordersPort } from './orders.ts';
import { productsPort } from './products.ts';
import { referenceDataPort } from './reference-data.ts';
import { returnsPort } from './returns.ts';
import { settings } from './settings.ts';
import { shipmentsPort } from './shipments.ts';
import { stockPort } from './stock.ts';
import { sharedStock, store, storesPort } from './stores.ts';

export const hotwax = defineConnector({
  id: 'hotwax',
  label: 'HotWax OMS',
  settings,
  capabilities: {
    // HotWax decides itself which facility ships what: it is handed the whole order, a ship group for each facility its lines are at.
    handOver: 'order',
    findOrder: 'exact',
    // What HotWax hasn't reserved yet is taken off here: see waiting-units.ts.
    reservesOnAccept: true,
    amend: true,
    // Whole lines can be cancelled, and ship groups get another address or place; no public call adds items or changes quantities.
    amends: 'less',
    cancel: true,
    partialShipments: true,
    returns: true,
    expectsReturns: true,
    createsFacilities: true,
    remote: true,
    // HotWax takes every open order and approves it by rules of its own.
    defaultFinancialStatuses: ['PAID', 'PARTIALLY_PAID', 'AUTHORIZED', 'PENDING', 'PARTIALLY_REFUNDED'],
    keepsCustomers: true,
    recordsHandedOver: true,
    parksHistory: true,
    minimumIntervalMinutes: 1,
  },
  store,
  sharedStock,
  guide,
  messages: { en, de },
  account: ['baseUrl', 'username', 'productStoreId'],
  records: {
    settings: ['companyPartyId', 'queueFacilityId', 'facilityGroupId', 'guestPartyId'],
    instanceOf: ({ baseUrl }) => instanceHost(baseUrl),
  },
  limits: ({ baseUrl, username }) => ({ key: `hotwax ${instanceHost(baseUrl)} ${username}`, ...accountCalls }),
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
      mirror: mirrorPort(account),
    };
  },
});
