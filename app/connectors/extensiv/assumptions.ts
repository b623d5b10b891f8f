/*
 * Everything here is a guess, or one of several readings of IM's documents, in one place so that it can be changed when a real account shows
 * otherwise. README.md lists where each comes from. Nothing outside this folder knows of any of it.
 */

/** Calls at once with one key. IM counts calls (see `bucket`) and names no limit of this kind. */
export const callsAtOnce = 4;

/**
 * IM's leaky bucket: 100 calls, one place free again every 600 ms, orders exempt; every answer says how many are left. Below `floor` calls are
 * spread out so that the level rises again, however many processes share the key. A refusal is waited out in steps of a second.
 */
export const bucket = { size: 100, refillMs: 600, floor: 10, stepMs: 1000, steps: 3 };

/** Rows asked for in one page: more than this is cut silently. */
export const pageRows = { orders: 100, inventory: 250 };

/** Whether a refusal means the keys. The status is unknown: any of these counts, and so does a text that speaks of them. */
export const isBadKey = (status: number, text: string): boolean =>
  status === 401 || status === 403 || /api[ _-]?(user|key)|credential|unauthori[sz]ed|not authori[sz]ed/i.test(text);

/** Whether a refused lookup means that there is no such record. IM's text isn't documented, `Invalid` is "bad data". */
export const isNotFound = (code: string, text: string): boolean =>
  code === 'Invalid' || /not found|does not exist|no such/i.test(text);

/** Whether a refused order may mean that IM has one of that reference. The single call's text isn't documented, the batch says `OrderDuplicate`. */
export const mayBeDuplicate = (code: string, text: string): boolean => code === 'Failure' || /duplicate/i.test(text);

/** `ship_state` and `ship_zip` are demanded for every country. What stands there where the country has none … */
export const whereNone = { state: '-', zip: '00000' };

/** … and the countries where a missing state is a mistake in the address. */
export const statesNeeded: readonly string[] = ['US', 'CA', 'AU'];

/** Names in `extra_fields` that mark an order as this shop's. */
export const mark = { shop: 'crossdock_shop', order: 'crossdock_order' };

/** Reading of lists begins this long before the last one: lists lag, and clocks differ. */
export const overlapMs = 30 * 60_000;

/** How often a list is read again when it moved while its pages were read. */
export const listReadings = 4;

/** So many orders that don't move are remembered from one reading to the next, to see which of them move again. */
export const troubledAtMost = 1000;

/** Names of warehouses, which orders carry, are asked for again after so long. */
export const warehouseNamesMs = 3_600_000;

/** Beyond so many SKUs the whole inventory is read instead of each by itself. */
export const singleSkus = 40;

/** Carriers as Shopify names them, by what IM calls them in capitals. Others are handed on as they are. */
export const carrierNames: Readonly<Record<string, string>> = {
  UPS: 'UPS',
  USPS: 'USPS',
  FEDEX: 'FedEx',
  DHL: 'DHL',
  DHL_EXPRESS: 'DHL Express',
  CANADAPOST: 'Canada Post',
  ONTRAC: 'OnTrac',
  LASERSHIP: 'LaserShip',
  PUROLATOR: 'Purolator',
  ROYALMAIL: 'Royal Mail',
};
