import { sha256 } from '../../core/crypto.ts';
import type {
  Address,
  Customer,
  MappedPayment,
  MappedShipping,
  SalesOrder,
  SalesOrderLine,
  Tax,
} from '../../connectors/contract/index.ts';
import { chargesOf, currentLines, share, totalOf } from './order-total.ts';
import { expandKits, type PartKits } from './expand-kits.ts';
import type { PartTarget } from './plan-parts.ts';
import type { ShopifyOrder, ShopifyOrderLine } from './shopify-order.ts';

/** Units of one line in one part. */
export interface PartUnits {
  lineId: string;
  quantity: number;
  facilityId: string;
}

export interface Conversion {
  reference: string;
  number: number;
  units: PartUnits[];
  target: Pick<PartTarget, 'facilityId' | 'handedOver' | 'parked'> & { deliveryMethod: string };
  /** The first live part carries shipping, tips and what else belongs to the order as a whole. */
  carriesCharges: boolean;
  shipping: MappedShipping | null;
  payments: MappedPayment[];
  channel: string | null;
  storeId: string | null;
  /** Variant → the back office's product id. */
  remoteProducts: ReadonlyMap<string, string>;
  withNote: boolean;
  withAttributes: boolean;
  /** For orders that have none, or for all, as the merchant set it. */
  customer: Customer | null;
  /** Line → ISO 8601 day that its goods were promised for. */
  promised?: ReadonlyMap<string, string>;
  /** What of it is packed as several products. */
  kits?: PartKits;
}

const shareTaxes = (taxes: Tax[], of: number, from: number, quantity: number): Tax[] =>
  taxes.map((tax) => ({ ...tax, amount: share(tax.amount, of, from, quantity) }));

function convertLine(
  line: ShopifyOrderLine,
  units: PartUnits,
  from: number,
  { remoteProducts, promised }: Pick<Conversion, 'remoteProducts' | 'promised'>,
): SalesOrderLine {
  const promisedOn = promised?.get(line.id);
  const discount = share(line.discount, line.quantity, from, units.quantity);
  return {
    lineId: line.id,
    variantId: line.variantId,
    sku: line.sku,
    remoteProductId: (line.variantId && remoteProducts.get(line.variantId)) || null,
    title: line.title,
    quantity: units.quantity,
    facilityId: units.facilityId,
    unitPrice: line.unitPrice,
    discount,
    taxes: shareTaxes(line.taxes, line.quantity, from, units.quantity),
    total: line.unitPrice * units.quantity - discount,
    requiresShipping: line.requiresShipping,
    attributes: line.attributes,
    ...(promisedOn ? { promisedOn } : {}),
  };
}

const unitsKey = (number: number, { lineId, facilityId }: PartUnits) => `${number} ${lineId} ${facilityId}`;

/** Where each part's units of a place start within their line, in the order of the parts' numbers. */
export function layOutUnits(parts: readonly { number: number; units: readonly PartUnits[] }[]): Map<string, number> {
  const taken = new Map<string, number>();
  const starts = new Map<string, number>();
  for (const part of [...parts].sort((a, b) => a.number - b.number)) {
    for (const unit of part.units) {
      const from = taken.get(unit.lineId) ?? 0;
      starts.set(unitsKey(part.number, unit), from);
      taken.set(unit.lineId, from + unit.quantity);
    }
  }
  return starts;
}

/** One part of an order in the neutral form. Pure. `starts` comes from layOutUnits over all live parts. */
export function convertPart(order: ShopifyOrder, conversion: Conversion, starts: ReadonlyMap<string, number>): SalesOrder {
  const byId = new Map(currentLines(order).map((line) => [line.id, line]));
  const asOrdered = new Map(order.lines.map((line) => [line.id, line]));
  const lines = conversion.units.flatMap((unit) => {
    const now = byId.get(unit.lineId);
    // What left and was taken off the order afterwards is in the part still, at what it was sold for.
    const line = now && now.quantity < unit.quantity ? asOrdered.get(unit.lineId) : now;
    return line ? [convertLine(line, unit, starts.get(unitsKey(conversion.number, unit)) ?? 0, conversion)] : [];
  });
  const charges = conversion.carriesCharges ? chargesOf(order) : [];
  const deliveries: Record<string, SalesOrder['deliveryMethod']> = { LOCAL: 'local', PICKUP_POINT: 'pickup-point' };
  return {
    reference: conversion.reference,
    partNumber: conversion.number,
    shopifyOrderId: order.id,
    shopifyOrderName: order.name,
    placedAt: order.placedAt,
    currency: order.currency,
    taxesIncluded: order.taxesIncluded,
    storeId: conversion.storeId,
    facilityId: conversion.target.facilityId,
    channel: conversion.channel,
    customer: conversion.customer,
    billing: order.billing,
    shipTo: order.shipTo,
    deliveryMethod: deliveries[conversion.target.deliveryMethod] ?? 'shipping',
    handedOver: conversion.target.handedOver === true,
    ...(conversion.target.parked ? { parked: true } : {}),
    shipping: conversion.shipping,
    payments: conversion.payments,
    lines: conversion.kits ? expandKits(lines, conversion.kits) : lines,
    charges,
    total: { amount: totalOf(lines, charges, order.taxesIncluded), currency: order.currency },
    note: conversion.withNote ? order.note : null,
    attributes: conversion.withAttributes ? order.attributes : [],
    tags: order.tags,
  };
}

/** Lines, quantities, address, facility. */
function goodsHash(order: SalesOrder): string {
  const lines = order.lines.map(({ lineId, quantity, facilityId }) => [lineId, quantity, facilityId]).sort();
  // Which of several places is named first changes as they ship.
  const several = new Set(order.lines.map(({ facilityId }) => facilityId)).size > 1;
  return sha256(JSON.stringify([lines, order.shipTo, several ? 'several' : order.facilityId]));
}

/** Where an order's goods go, for comparing only; the same address of another order is another. */
export function placeHash(orderId: string, to: Address | null): string {
  if (!to) return '-';
  const { address1, address2, zip, city, province, countryCode } = to;
  return sha256(JSON.stringify([orderId, address1, address2, zip, city, province, countryCode])).slice(0, 16);
}

/**
 * What a part is handed over as: changes exactly when something changed that the back office must be told of afterwards, its goods, what they come to or
 * where they go. The last stands at its end, too, to be compared alone.
 * Mappings in force at the first send stay; a later change of them never rewrites orders that are already there.
 */
export const handOverHash = (order: SalesOrder): string =>
  `${goodsHash(order)} ${order.total.amount} ${placeHash(order.shopifyOrderId, order.shipTo)}`;

/** What a part was told it comes to, where it was told of the same goods; null for others, and where nothing says so. Minor units. */
export function toldTotal(sentHash: string | null, order: SalesOrder): number | null {
  const [goods, total] = sentHash?.split(' ') ?? [];
  return goods === goodsHash(order) && total !== undefined ? Number(total) : null;
}

/** Where a part was told to go; null where nothing says so. */
export const placeTold = (sentHash: string | null): string | null => sentHash?.split(' ')[2] ?? null;

/**
 * Whether this is what was handed over. The total may be `rounding` minor units away. Parts that went before totals were kept with the hash have none there:
 * their money isn't known, and none of them counts as changed for that.
 */
export function isAsHandedOver(sentHash: string | null, order: SalesOrder, rounding: number): boolean {
  const told = toldTotal(sentHash, order);
  return told === null ? sentHash === goodsHash(order) : Math.abs(told - order.total.amount) <= rounding;
}
