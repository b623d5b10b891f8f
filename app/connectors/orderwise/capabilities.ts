import type { Capabilities } from '../contract/index.ts';

export const capabilities: Capabilities = {
  // An order's lines name their stock locations, so one order holds what several of them ship.
  handOver: 'order',
  // What was sent is remembered before it is sent, so it is known when to look for it.
  findOrder: 'exact',
  reservesOnAccept: true,
  // No call is known that changes or cancels an order.
  amend: false,
  cancel: false,
  partialShipments: true,
  returns: true,
  createsFacilities: false,
  remote: true,
  defaultFinancialStatuses: ['PAID', 'PARTIALLY_REFUNDED'],
  // Shopwise polls every quarter of an hour; sessions are usually scheduled every five minutes.
  keepsCustomers: true,
  minimumIntervalMinutes: 5,
  mappingKinds: ['shipping', 'payment', 'channel', 'product-type', 'order-status', 'customer-class', 'sku-alias', 'kit'],
};

/** The XML has no place for an order type or a price list. */
const classicKinds = capabilities.mappingKinds?.filter((kind) => kind !== 'channel' && kind !== 'customer-class') ?? [];

/** Columns of Shopwise's published product export (orderwise.md §6); a merchant's own may have any others. */
const exportedFields = [
  'name',
  'brand',
  'weight',
  'length',
  'height',
  'width',
  'commodityCode',
  'countryCodeOfOrigin',
  'regularPrice',
  'taxRateId',
];

/**
 * In classic mode an order can be changed and taken back until OrderWise fetched it, no call of ours travels, and returns aren't told. Products are told
 * where an export definition for them is named, and so is credit.
 */
export const differing = ({ mode, productExportId, creditExportId }: Record<string, unknown>): Partial<Capabilities> => {
  if (mode === 'classic')
    return {
      ...{ amend: true, cancel: true, returns: false, remote: false, callsUs: true, mappingKinds: classicKinds },
      // The XML has no place for an account of OrderWise's own.
      keepsCustomers: false,
    };
  return {
    ...(typeof productExportId === 'number' ? { productUpdates: { fields: exportedFields } } : {}),
    ...(typeof creditExportId === 'number' ? { tellsCredit: true } : {}),
  };
};
