import { legacyId } from './format.js';

/** The control API's ledger, read once into the shapes the pages draw. Fields that a ledger may leave out are optional here too. */

/** @typedef {{ id: string, sku: string, title: string, quantity: number, price: number | null, fulfilled: number, refunded: number }} OrderLine */
/** @typedef {{ sku: string, quantity: number }} SkuLine */
/** @typedef {{ n: number, location: string, status: string, holds: string[], lines: SkuLine[] }} FulfilmentOrder */
/** @typedef {{ name: string, location: string, status: string, createdAt: string, tracking: { number: string, company: string, url: string }[], lines: SkuLine[] }} Fulfilment */
/** @typedef {{ amount: string | number | null, createdAt: string, lines: SkuLine[] }} Refund */
/**
 * @typedef {{ id: string, legacyId: string, name: string, createdAt: string, cancelledAt: string, closed: boolean, total: string, currency: string, tags: string[],
 *   financial: string, fulfilment: string, channel: string, gateways: string[], shipping: string[], country: string, customer: string,
 *   lines: OrderLine[], fulfilmentOrders: FulfilmentOrder[], fulfilments: Fulfilment[], refunds: Refund[], returns: Refund[] }} Order
 */
/** @typedef {{ sku: string, location: string, locationId: string, available: number, onHand: number, committed: number, active: boolean }} Level */
/** @typedef {{ id: string, legacyId: string, sku: string, title: string, price: string, tracked: boolean }} Variant */
/** @typedef {{ id: string, legacyId: string, title: string, status: string, vendor: string, type: string, variants: Variant[] }} Product */
/** @typedef {{ id: string, legacyId: string, name: string, active: boolean }} Location */
/** @typedef {{ orders: Order[], products: Product[], levels: Level[], locations: Location[], shippingMethods: { title: string, code: string }[], gateways: string[], channels: string[], currency: string }} Ledger */

/** @param {any} value @returns {any[]} */
const list = (value) => (Array.isArray(value) ? value : []);
/** @param {any} value */
const text = (value) =>
  value === null || value === undefined
    ? ''
    : typeof value === 'object'
      ? String(value.name ?? value.title ?? value.displayName ?? '')
      : String(value);
/** @param {any} value */
const amount = (value) =>
  value && typeof value === 'object' ? (value.amount ?? value.shopMoney?.amount ?? null) : (value ?? null);

/** @param {any} raw @returns {SkuLine[]} */
const skuLines = (raw) =>
  list(raw).map((line) => ({
    sku: text(line.sku),
    quantity: Number(line.remaining ?? line.remainingQuantity ?? line.quantity ?? 0),
  }));

/** @param {OrderLine[]} lines @param {FulfilmentOrder[]} fulfilmentOrders */
function fulfilmentState(lines, fulfilmentOrders) {
  const wanted = lines.reduce((sum, line) => sum + line.quantity, 0);
  const done = lines.reduce((sum, line) => sum + line.fulfilled, 0);
  if (wanted > 0 && done >= wanted) return 'FULFILLED';
  if (fulfilmentOrders.some((one) => one.status === 'ON_HOLD')) return 'ON_HOLD';
  return done > 0 ? 'PARTIALLY_FULFILLED' : 'UNFULFILLED';
}

/** @param {any} raw @returns {Order} */
function readOrder(raw) {
  const lines = list(raw.lines).map((line) => ({
    id: text(line.id),
    sku: text(line.sku),
    title: text(line.title ?? line.name),
    quantity: Number(line.quantity ?? 0),
    price: amount(line.price) === null ? null : Number(amount(line.price)),
    fulfilled: Number(line.fulfilled ?? 0),
    refunded: Number(line.refunded ?? 0),
  }));
  const fulfilmentOrders = list(raw.fulfilmentOrders).map((one, index) => ({
    n: Number(one.n ?? index + 1),
    location: text(one.location),
    status: text(one.status).toUpperCase(),
    holds: list(one.holds).map((hold) =>
      typeof hold === 'string' ? hold : text(hold.reasonNotes || hold.reason || hold.displayReason || 'Held'),
    ),
    lines: skuLines(one.lines),
  }));
  const refund = (/** @type {any} */ one) => ({
    amount: amount(one.amount ?? one.total),
    createdAt: text(one.createdAt),
    lines: skuLines(one.lines),
  });
  return {
    id: text(raw.id),
    legacyId: legacyId(raw.id),
    name: text(raw.name),
    createdAt: text(raw.createdAt),
    cancelledAt: text(raw.cancelledAt),
    closed: Boolean(raw.closed ?? raw.closedAt),
    total: text(amount(raw.total)),
    currency: text(raw.currency) || 'USD',
    tags: list(raw.tags).map(text),
    financial: text(raw.financialStatus ?? raw.displayFinancialStatus).toUpperCase(),
    fulfilment:
      text(raw.fulfilmentStatus ?? raw.displayFulfillmentStatus).toUpperCase() || fulfilmentState(lines, fulfilmentOrders),
    channel: text(raw.channel),
    gateways: raw.gateway ? [text(raw.gateway)] : list(raw.gateways).map(text),
    shipping: (Array.isArray(raw.shipping) ? raw.shipping : list(raw.shippingLines ?? (raw.shipping ? [raw.shipping] : [])))
      .map(text)
      .filter(Boolean),
    country: text(raw.country),
    customer: text(raw.customer),
    lines,
    fulfilmentOrders,
    fulfilments: list(raw.fulfilments).map((one) => ({
      name: text(one.name),
      location: text(one.location),
      status: text(one.status).toUpperCase(),
      createdAt: text(one.createdAt),
      tracking: list(one.tracking).map((track) => ({
        number: text(track.number),
        company: text(track.company),
        url: text(track.url),
      })),
      lines: skuLines(one.lines),
    })),
    refunds: list(raw.refunds).map(refund),
    returns: list(raw.returns).map(refund),
  };
}

/** @param {any} raw @returns {Variant} */
const readVariant = (raw) => ({
  id: text(raw.id),
  legacyId: legacyId(raw.id),
  sku: text(raw.sku),
  title: text(raw.title),
  price: text(amount(raw.price)),
  tracked: raw.tracked !== false,
});

/** @param {any} raw @returns {Product[]} */
function readProducts(raw) {
  /** @type {Map<string, Variant[]>} */
  const variantsOf = new Map();
  for (const variant of list(raw.variants)) {
    const owner = legacyId(variant.productId ?? variant.product?.id ?? variant.product);
    variantsOf.set(owner, [...(variantsOf.get(owner) ?? []), readVariant(variant)]);
  }
  return list(raw.products).map((one) => ({
    id: text(one.id),
    legacyId: legacyId(one.id),
    title: text(one.title),
    status: text(one.status).toUpperCase(),
    vendor: text(one.vendor),
    type: text(one.productType ?? one.type),
    variants: one.variants ? list(one.variants).map(readVariant) : (variantsOf.get(legacyId(one.id)) ?? []),
  }));
}

/** @param {any} raw @param {Level[]} levels @returns {Location[]} */
function readLocations(raw, levels) {
  if (Array.isArray(raw.locations)) {
    return raw.locations.map((/** @type {any} */ one) => ({
      id: text(one.id),
      legacyId: legacyId(one.id),
      name: text(one.name),
      active: (one.active ?? one.isActive) !== false,
    }));
  }
  return [...new Set(levels.map((level) => level.location))].map((name) => ({ id: '', legacyId: '', name, active: true }));
}

/**
 * @param {any} raw
 * @param {string} currency the shop's
 * @returns {Ledger}
 */
export function readLedger(raw, currency) {
  const levels = list(raw.levels).map((level) => ({
    sku: text(level.sku),
    location: text(level.location),
    locationId: legacyId(level.location?.id ?? level.locationId ?? ''),
    available: Number(level.available ?? 0),
    onHand: Number(level.onHand ?? 0),
    committed: Number(level.committed ?? 0),
    active: level.active !== false,
  }));
  const orders = list(raw.orders).map(readOrder);
  return {
    orders,
    levels,
    products: readProducts(raw),
    locations: readLocations(raw, levels),
    shippingMethods: list(raw.shippingMethods).map((one) => ({
      title: text(one.title ?? one.name ?? one),
      code: text(one.code ?? ''),
    })),
    gateways: [...new Set([...list(raw.gateways).map(text), ...orders.flatMap((order) => order.gateways)])],
    channels: [...new Set([...list(raw.channels).map(text), ...orders.map((order) => order.channel)])].filter(Boolean),
    currency,
  };
}
