import type { z } from 'zod';
import { BadRequest } from '../../kit/http.ts';
import { allocate, exponentOf, toMinor } from '../core/money.ts';
import { newId } from '../core/tables.ts';
import type { Change, Address } from '../core/world.ts';
import { variantByName } from '../domain/catalogue.ts';
import { locationByName } from '../domain/locations.ts';
import type { NewOrder } from '../domain/place-order.ts';
import { dataOf, type DeliveryType, type ProductRow, type VariantData, type VariantRow } from '../domain/rows.ts';
import { countryOf, PER_DOLLAR } from '../seed/countries.ts';
import { buyer, customerFor } from './buyers.ts';
import type { attributes, OrderRequest, shippingLine } from './order-request.ts';

const DELIVERY = {
  shipping: 'SHIPPING',
  pickup: 'PICK_UP',
  local: 'LOCAL',
  pickup_point: 'PICKUP_POINT',
  none: 'NONE',
  retail: 'RETAIL',
} as const;

const pairs = (given: z.infer<typeof attributes> | undefined): { key: string; value: string }[] =>
  given === undefined ? [] : Array.isArray(given) ? given : Object.entries(given).map(([key, value]) => ({ key, value }));

/** A request as an order to place: names found, defaults filled in. `index` varies the buyer among several orders. */
export function resolveOrder(change: Change, request: OrderRequest, index: number): NewOrder {
  const { shop, state } = change;
  const { data } = shop;
  const money = (value: unknown) => toMinor(value, data.currency);
  const delivery: DeliveryType = request.pos ? 'RETAIL' : request.delivery ? DELIVERY[request.delivery] : 'SHIPPING';
  const location = request.location ? locationByName(state, shop, request.location).id : undefined;
  const till = state.get<{ id: number }>(
    "SELECT id FROM locations WHERE shop_id = ? AND active = 1 AND json_extract(data, '$.pos') = 1",
    shop.id,
  )?.id;
  const lines = request.lines.flatMap((line) => resolveLine(change, line, request));
  const ships = lines.some((line) => line.requiresShipping) && delivery !== 'NONE' && delivery !== 'RETAIL';
  const who = request.pos && request.customer === undefined ? null : request.customer;
  const person = buyer(shop, request.country ?? data.address.countryCode ?? 'US', index);
  const country = countryOf(request.country ?? data.address.countryCode ?? 'US');
  const generated: Address = {
    ...country.address,
    firstName: person.firstName,
    lastName: person.lastName,
    country: country.name,
    countryCode: country.code,
  };
  const shippingAddress = request.address !== undefined ? request.address : ships && delivery !== 'PICK_UP' ? generated : null;
  const customer = customerFor(change, who, person, { email: request.email, phone: request.phone });
  const presentment = (request.currency ?? data.currency).toUpperCase();
  const channel = channelOf(change, request.pos ? 'pos' : (request.channel ?? 'online_store'));
  const { gateways, payments, voided } = resolvePayments(change, request, money);

  return {
    lines,
    shipping: resolveShipping(change, request, ships, delivery, money),
    discounts: (request.discounts ?? []).map((discount) => ({
      kind: discount.code ? 'code' : discount.automatic ? 'automatic' : 'manual',
      title: discount.code ?? discount.title ?? 'Discount',
      target: discount.target,
      amount: discount.amount === undefined ? undefined : money(discount.amount),
      percentage: discount.percentage,
    })),
    payments,
    gateways,
    voided,
    sourceName: channel.sourceName,
    attribution: { handle: channel.handle, displayName: channel.name },
    app: { id: Number(/^\d+$/.test(channel.sourceName) ? channel.sourceName : 580_111), name: channel.name },
    customer,
    shippingAddress,
    billingAddress:
      request.billing !== undefined ? request.billing : (shippingAddress ?? (customer.id === null ? null : generated)),
    tags:
      typeof request.tags === 'string'
        ? request.tags
            .split(',')
            .map((tag) => tag.trim())
            .filter(Boolean)
        : (request.tags ?? []),
    note: request.note ?? null,
    attributes: pairs(request.attributes),
    presentment,
    rate: rateOf(data.currency, presentment, request.rate),
    taxesIncluded: request.taxesIncluded ?? data.taxesIncluded,
    taxExempt: request.taxExempt ?? request.customer?.taxExempt ?? false,
    taxRate: request.taxRate ?? data.taxRate,
    taxTitle: data.taxTitle,
    tip: request.tip === undefined ? 0 : money(request.tip),
    fees: (request.fees ?? []).map(({ name, price }) => ({ name, price: money(price) })),
    delivery: { type: delivery, location: location ?? (delivery === 'PICK_UP' ? (till ?? null) : null) },
    retailLocation: delivery === 'RETAIL' ? (location ?? till ?? null) : null,
    fulfillAt: request.fulfillAt ? Date.parse(request.fulfillAt) : null,
    hold:
      request.hold === undefined
        ? null
        : typeof request.hold === 'string'
          ? { reason: holdReason(request.hold), notes: null }
          : { reason: holdReason(request.hold.reason), notes: request.hold.notes ?? null },
    risk: ((request.risk ?? 'none').toUpperCase() as NewOrder['risk']) ?? 'NONE',
    company: request.company === undefined ? null : companyOf(change, request.company),
    poNumber: request.poNumber ?? null,
    sourceIdentifier: request.sourceIdentifier ?? null,
    locale: request.locale ?? data.locale,
    test: request.test ?? false,
    createdAt: request.createdAt ? Math.floor(Date.parse(request.createdAt) / 1000) * 1000 : undefined,
  };
}

const HOLD_REASONS = [
  'AWAITING_PAYMENT',
  'AWAITING_RETURN_ITEMS',
  'HIGH_RISK_OF_FRAUD',
  'INCORRECT_ADDRESS',
  'INVENTORY_OUT_OF_STOCK',
  'ONLINE_STORE_POST_PURCHASE_CROSS_SELL',
  'OTHER',
  'UNKNOWN_DELIVERY_DATE',
];

/** A hold's reason as the API names it; throws naming those there are. */
export function holdReason(text: string): string {
  const reason = text.toUpperCase().replace(/[\s-]+/g, '_');
  if (!HOLD_REASONS.includes(reason))
    throw new BadRequest(`"${text}" is no reason for a hold. There are: ${HOLD_REASONS.join(', ')}.`);
  return reason;
}

type Line = OrderRequest['lines'][number];

function resolveLine(change: Change, line: Line, request: OrderRequest): NewOrder['lines'] {
  const { shop, state } = change;
  const money = (value: unknown) => toMinor(value, shop.data.currency);
  const location = line.location ? locationByName(state, shop, line.location).id : undefined;
  const variant = line.sku !== undefined || line.variantId !== undefined ? findVariant(change, line) : undefined;
  if (!variant && !line.title) throw new BadRequest('Each line needs a sku, a variantId or, for a custom item, a title.');
  const product = variant
    ? (state.get<ProductRow>('SELECT * FROM products WHERE id = ?', variant.product_id) as ProductRow)
    : undefined;
  const price = line.price === undefined ? (variant?.price ?? 0) : money(line.price);
  const shared = { attributes: pairs(line.attributes), location, tip: false };
  const components = variant && variant.requires_components === 1 ? (dataOf<VariantData>(variant).components ?? []) : [];
  if (variant && product && components.length > 0)
    return bundleLines(change, variant, product, components, { price, quantity: line.quantity, shared });
  const giftCard = line.giftCard ?? product?.gift_card === 1;
  return [
    {
      ...shared,
      variant,
      title: line.title ?? product?.title ?? '',
      sku: variant ? variant.sku : (line.sku ?? null),
      quantity: line.quantity,
      price,
      discount: line.discount === undefined ? 0 : money(line.discount),
      taxable: line.taxable ?? (variant ? variant.taxable === 1 : true),
      requiresShipping:
        request.requiresShipping === false
          ? false
          : (line.requiresShipping ?? (variant ? variant.requires_shipping === 1 : !giftCard)),
      giftCard,
      group: null,
    },
  ];
}

/** A bundle is ordered as its components, held together by a group; its price is shared out by theirs. */
function bundleLines(
  change: Change,
  bundle: VariantRow,
  product: ProductRow,
  components: { sku: string; quantity: number }[],
  {
    price,
    quantity,
    shared,
  }: { price: number; quantity: number; shared: Pick<NewOrder['lines'][number], 'attributes' | 'location' | 'tip'> },
): NewOrder['lines'] {
  const group = { id: newId(change.state, 'plain_ids'), title: product.title, quantity, variantId: bundle.id };
  const parts = components.map((component) => ({ variant: variantByName(change, component.sku), quantity: component.quantity }));
  const shares = allocate(
    price,
    parts.map((part) => part.variant.price * part.quantity),
  );
  return parts.map((part, index) => ({
    ...shared,
    variant: part.variant,
    title: '',
    sku: part.variant.sku,
    quantity: part.quantity * quantity,
    price: Math.round((shares[index] ?? 0) / part.quantity),
    discount: 0,
    taxable: part.variant.taxable === 1,
    requiresShipping: part.variant.requires_shipping === 1,
    giftCard: false,
    group,
  }));
}

function findVariant(change: Change, line: Line): VariantRow | undefined {
  try {
    return variantByName(change, line.variantId ?? line.sku ?? '');
  } catch (error) {
    if (line.title) return undefined; // a custom item may have a SKU that no product has
    throw error;
  }
}

function resolveShipping(
  change: Change,
  request: OrderRequest,
  ships: boolean,
  delivery: DeliveryType,
  money: (value: unknown) => number,
): NewOrder['shipping'] {
  const line = (given: z.infer<typeof shippingLine>): NewOrder['shipping'][number] => ({
    title: given.title,
    code: given.code === undefined ? given.title : given.code,
    source: given.source === undefined ? 'shopify' : given.source,
    carrier: given.carrier ?? null,
    price: given.price === undefined ? 0 : money(given.price),
    discount: given.discount === undefined ? 0 : money(given.discount),
    custom: given.custom ?? false,
  });
  if (request.shipping === null) return [];
  if (request.shipping !== undefined) return [request.shipping].flat().map(line);
  if (!ships) return [];
  const { currency } = change.shop.data;
  const dollars = (value: number) => toMinor(Math.round(value * (PER_DOLLAR[currency] ?? 1) * 100) / 100, currency);
  const named: Partial<Record<DeliveryType, [string, number]>> = {
    PICK_UP: ['Downtown Store', 0],
    LOCAL: ['Local delivery', 5],
    PICKUP_POINT: ['Parcel shop', 3.9],
  };
  const [title, price] = named[delivery] ?? ['Standard', 4.9];
  return [{ ...line({ title }), price: dollars(price) }];
}

function resolvePayments(
  change: Change,
  request: OrderRequest,
  money: (value: unknown) => number,
): Pick<NewOrder, 'payments' | 'gateways' | 'voided'> {
  const given = [request.gateway ?? (request.pos ? 'cash' : 'shopify_payments')]
    .flat()
    .map((entry) => (typeof entry === 'string' ? { name: entry, amount: undefined } : entry));
  const gateways = given.map((entry) => entry.name);
  const manual = change.shop.data.gateways.some(
    (gateway) => gateway.manual && gateway.id !== 'cash' && gateways.includes(gateway.id),
  );
  const status = request.financialStatus ?? (manual ? 'pending' : 'paid');
  const each = (kind: 'SALE' | 'AUTHORIZATION', state: 'SUCCESS' | 'PENDING') =>
    given.map((entry) => ({
      kind,
      gateway: entry.name,
      amount: entry.amount === undefined ? ('all' as const) : money(entry.amount),
      status: state,
    }));
  if (status === 'authorized' || status === 'expired' || status === 'voided')
    return { gateways, payments: each('AUTHORIZATION', 'SUCCESS'), voided: status === 'voided' };
  if (status === 'pending') return { gateways, payments: each('SALE', 'PENDING'), voided: false };
  if (status === 'partially_paid') {
    if (request.paid === undefined) throw new BadRequest('financialStatus partially_paid needs paid: how much was paid so far.');
    return {
      gateways,
      payments: [{ kind: 'SALE', gateway: gateways[0] ?? 'manual', amount: money(request.paid), status: 'SUCCESS' }],
      voided: false,
    };
  }
  return { gateways, payments: each('SALE', 'SUCCESS'), voided: false };
}

function channelOf(change: Change, handle: string) {
  const { channels } = change.shop.data;
  const found = channels.find((channel) => channel.handle === handle || channel.sourceName === handle || channel.name === handle);
  if (!found)
    throw new BadRequest(`The shop has no channel "${handle}". It has: ${channels.map((channel) => channel.handle).join(', ')}.`);
  return found;
}

function companyOf(change: Change, given: NonNullable<OrderRequest['company']>): NewOrder['company'] {
  const name = typeof given === 'string' ? given : given.name;
  return {
    id: newId(change.state, 'plain_ids'),
    name,
    locationId: newId(change.state, 'plain_ids'),
    locationName: (typeof given === 'string' ? undefined : given.location) ?? name,
  };
}

/** Minor units of the shop's currency for one minor unit of the buyer's. */
function rateOf(shopCurrency: string, presentment: string, given: number | undefined): number {
  if (presentment === shopCurrency) return 1;
  const major = given ?? (PER_DOLLAR[shopCurrency] ?? 1) / (PER_DOLLAR[presentment] ?? Number.NaN);
  if (!Number.isFinite(major)) throw new BadRequest(`The sandbox has no exchange rate for ${presentment}: give rate.`);
  return major * 10 ** (exponentOf(shopCurrency) - exponentOf(presentment));
}
