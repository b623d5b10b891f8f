/*
 * Everything here is a guess, or one of several readings of PULPO's documents, in one place so that it can be changed when a real
 * tenant shows otherwise. README.md lists where each comes from. Nothing outside this folder knows of any of it.
 */

/** Where the API of PULPO's own hosts lies; added to a custom address that names no path. */
export const apiPath = '/api/v1';

/** Rows that PULPO sends where no `limit` is asked for. */
export const defaultPageRows = 10;

/** Rows asked for in one page. How far PULPO caps `limit` isn't documented, so paging counts what came. */
export const pageRows = 100;

/** Calls at once and a second for one user. PULPO has a rate for each tenant (`ApiRate`) and publishes no number. */
export const accountCalls = { concurrency: 4, perSecond: 8 };

/** How long we stay away after PULPO refused a log-in with 403: it bans an address that logs in too often "for a while". */
export const loginBanMs = 15 * 60_000;

/** Filter values. `to_list:` is used by clients; `id[]=1&id[]=2` stands in the integration guide for lists of ids. */
export const filters = {
  oneOf: (values: readonly string[]) => `to_list:${values.join(',')}`,
  since: (time: string) => `gte:${time}`,
  /** A value with one of these characters would be read as a list or an operator, so it is asked for by itself. */
  listable: (value: string) => !/[,:]/.test(value),
};

/** How a sale at the till is recorded: an order that has ended at once. The path is documented, that it takes the usual body is a guess. */
export const tillSale = { path: '/sales/orders/quick', type: 'POS_external' };

/** Parameter names of the lists of ids that `stocks/availability` takes. */
export const availabilityLists = { products: 'id[]', warehouse: 'warehouse_id' };

/** Ids asked for in one call of `stocks/availability`; they travel in the address. */
export const availabilityIds = 100;

/** How PULPO's times are written in filters: UTC without zone. The specification says `YYYY-MM-DD hh:mm:ss`, answers carry a T. */
export const filterTime = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 19);

/** Time of day of a delivery date. Noon, so that no zone turns it into the day before or after. */
export const deliveryTime = '12:00:00';

/** Reading changes begins this long before the last one taken: a change may be stamped before it can be seen. */
export const overlapMs = 5 * 60_000;

/** Packing orders in these states have left the packing table; PULPO's own integration reads `ended`. */
export const shippedPackingState = 'ended';

/** Sales orders in these states may be changed by PUT. A paused order was stopped by somebody, so it isn't touched. */
export const amendableStates: readonly string[] = ['queue'];

/** Bulk calls are used from this many records on. */
export const bulkFrom = 4;

/** Boxes whose label is still to come are looked at again for so long, and at most so many at a time. */
export const labels = { waitMs: 3 * 24 * 3_600_000, waitForMost: 50 };

/** Carriers as Shopify names them; PULPO's `carrier_code` comes from the label service. Others are handed on as they are. */
export const carrierNames: Readonly<Record<string, string>> = {
  dhl: 'DHL',
  dhl_de: 'DHL',
  dhl_express: 'DHL Express',
  dpd: 'DPD',
  dpd_de: 'DPD',
  gls: 'GLS',
  gls_de: 'GLS',
  hermes: 'Hermes',
  deutsche_post: 'Deutsche Post',
  ups: 'UPS',
  fedex: 'FedEx',
  postnl: 'PostNL',
  correos: 'Correos',
  seur: 'SEUR',
  colissimo: 'Colissimo',
};

/** Told when a box gets a label or another one, which may touch no record that is read by its time; it embeds the label, with its `packing_box_id`. */
export const labelEvent = 'shipment_tracking_updated';

/** Events we ask PULPO to tell us of, by what they may have changed. The setting names are those of the stock events. */
export const events = {
  shipments: ['packing_order_finished', 'packing_box_closed', labelEvent, 'sales_order_finished'],
  orders: ['sales_order_cancelled', 'sales_order_updated'],
  returns: ['incoming_good_created'],
  stock: {
    stockOnSales: ['sales_order_created', 'sales_order_cancelled', 'sales_order_finished'],
    stockOnReceipts: ['incoming_good_created'],
    stockOnCounts: ['counting_task_closed'],
    stockOnCorrections: ['stock_correction_finished'],
    stockOnReplenishment: ['replenishment_order_created', 'replenishment_order_finished'],
  },
} as const;

/** What an item of received goods is when it may be sold again; the other state is `rejected`. */
export const sellableReturnState = 'accepted';
