import { defineConnector } from '../contract/index.ts';
import { openAccount } from './account.ts';
import { capabilities, differing } from './capabilities.ts';
import { checkSteps } from './check.ts';
import { connectClassic } from './classic/connect.ts';
import { facilitiesPort } from './facilities.ts';
import { guide } from './guide.ts';
import { customersPort } from './customer-credit.ts';
import de from './messages/de.json' with { type: 'json' };
import en from './messages/en.json' with { type: 'json' };
import { ordersPort } from './orders.ts';
import { productsPort } from './products.ts';
import { referenceDataPort } from './reference-data.ts';
import { returnsPort } from './returns.ts';
import { settings } from './settings.ts';
import { shipmentsPort } from './shipments.ts';
import { stockPort } from './stock.ts';

export const orderwise = defineConnector({
  id: 'orderwise',
  label: 'OrderWise',
  settings,
  capabilities,
  differing,
  // One instance counts one stock, whichever session an order comes in through. In classic mode it isn't told which instance calls.
  sharedStock: { keyOf: ({ mode, baseUrl }) => (mode === 'rest' ? `orderwise ${baseUrl.toLowerCase()}` : null) },
  guide,
  messages: { en, de },
  account: ['mode', 'baseUrl', 'username', 'sessionId'],
  records: {
    settings: [
      ...['stockExportId', 'fullStockExportId', 'kitExportId', 'statusExportId', 'fullStatusExportId', 'returnExportId'],
      ...['productExportId', 'creditExportId', 'templateVariantId', 'stockLocation', 'stockLocations'],
    ],
    instanceOf: ({ mode, baseUrl }) => (mode === 'rest' ? baseUrl.toLowerCase() : null),
  },
  // A session is a till: one for each shop and connection, or order numbers clash (orderwise.md §3).
  exclusive: ['baseUrl', 'sessionId'],
  // In classic mode nothing is called, so nothing is shared.
  limits: ({ mode, baseUrl, concurrency }) => ({
    key: mode === 'rest' ? `orderwise ${baseUrl.toLowerCase()}` : 'orderwise classic',
    concurrency,
    perSecond: null,
  }),
  connect(context) {
    if (context.settings.mode === 'classic') return connectClassic(context);
    const account = openAccount(context);
    const customers = customersPort(account);
    return {
      check: checkSteps(account),
      facilities: facilitiesPort(account),
      orders: ordersPort(account),
      referenceData: referenceDataPort(account),
      products: productsPort(account),
      stock: stockPort(account),
      shipments: shipmentsPort(account),
      returns: returnsPort(account),
      ...(customers ? { customers } : {}),
    };
  },
});
