import { DateTime } from 'luxon';
import { countryName } from '../../core/countries.ts';
import {
  noteOf,
  remarksOf,
  wholeLines,
  type Address,
  type Customer,
  type RemoteOrder,
  type RemoteOrderState,
  type SalesOrder,
} from '../contract/index.ts';
import { deliveryTime, tillSale } from './assumptions.ts';
import type { Settings } from './settings.ts';
import type { SalesOrder as PulpoOrder } from './wire.ts';

/** What an order refers to in PULPO, looked up before. Ids as PULPO takes them. */
export interface OrderRefs {
  /** Null in a preview of an order whose customer isn't there yet. */
  thirdPartyId: number | null;
  warehouseId: number;
  shippingMethodId: number | null;
  /** By SKU. */
  productIds: ReadonlyMap<string, number>;
}

const given = <T extends object>(record: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  ) as Partial<T>;

/** An address with the person it belongs to. `street` is the one part that PULPO demands. */
export function addressBody(address: Address, email: string | null) {
  return {
    ...given({ name: address.name || address.company || '—', company_name: address.company, phone_number: address.phone }),
    address: {
      street: address.address1 || address.address2 || '—',
      ...given({
        street2: address.address1 ? address.address2 : null,
        zip: address.zip,
        city: address.city,
        state: address.provinceCode ?? address.province,
        country: countryName(address.countryCode),
        country_alpha2: address.countryCode,
        email,
      }),
    },
  };
}

/** A third party of type customer, without tenant and merchant. */
export function customerBody(identifier: string, customer: Pick<Customer, 'name' | 'email'>, order: SalesOrder | null) {
  const address = order?.billing ?? order?.shipTo ?? null;
  return {
    name: customer.name || customer.email || identifier,
    identifier_type: 'ID',
    identifier_number: identifier,
    third_type: 'C',
    active: true,
    ...given({ email: customer.email }),
    attributes: { addresses: address ? [addressBody(address, customer.email)] : [] },
  };
}

/** The delivery date by the rule in the settings, counted in the shop's zone from the day the order was placed; null: none. */
export function deliveryDate(
  placedAt: string,
  zone: string,
  rule: Pick<Settings, 'deliveryDate' | 'deliveryDays'>,
): string | null {
  if (rule.deliveryDate === 'none') return null;
  let day = DateTime.fromISO(placedAt, { zone });
  if (rule.deliveryDate === 'days') day = day.plus({ days: rule.deliveryDays });
  else {
    const restDay = () => day.weekday > 5;
    while (restDay()) day = day.plus({ days: 1 });
    for (let left = rule.deliveryDays; left > 0; left -= 1) {
      do day = day.plus({ days: 1 });
      while (restDay());
    }
  }
  return `${day.toISODate()} ${deliveryTime}`;
}

/** Marks an order as this shop's, so that another shop's with the same number is never taken for it. */
export const markOf = (order: SalesOrder, domain: string) => ({
  crossdock_shop: domain,
  crossdock_order: order.shopifyOrderId,
  shopify_order_name: order.shopifyOrderName,
  currency: order.currency,
  total_price: order.total.amount,
});

/** The body of a new order, without tenant and merchant. Deterministic, so that an amendment differs only in what changed. */
export function orderBody(
  order: SalesOrder,
  refs: OrderRefs,
  { settings, domain, zone }: { settings: Settings; domain: string; zone: string },
) {
  const pickUp = settings.servicePointAttribute;
  return {
    order_num: order.reference,
    external_order_num: order.shopifyOrderId.split('/').at(-1),
    type: order.handedOver ? tillSale.type : 'sales_order',
    warehouse_id: refs.warehouseId,
    third_party_id: refs.thirdPartyId,
    ...given({
      shipping_method_id: refs.shippingMethodId,
      delivery_date: deliveryDate(order.placedAt, zone, settings),
      priority: settings.priority,
      channel: settings.channel || order.channel,
      criterium: settings.criterium,
      notes: noteOf(order),
      service_point_id: pickUp ? order.attributes.find(({ key }) => key === pickUp)?.value : null,
    }),
    ...(order.shipTo ? { ship_to: addressBody(order.shipTo, order.customer?.email ?? null) } : {}),
    attributes: markOf(order, domain),
    items: order.lines.map((line) => ({
      product_id: refs.productIds.get(line.sku),
      quantity: line.quantity,
      line_order_id: line.lineId,
      ...given({ notes: remarksOf(line.attributes) }),
      ...(line.promisedOn ? { required_date: `${line.promisedOn} ${deliveryTime}` } : {}),
    })),
  };
}

const states: Readonly<Record<string, RemoteOrderState>> = {
  queue: 'open',
  picking: 'picking',
  packing: 'packed',
  shipping: 'packed',
  ended: 'shipped',
  cancelled: 'cancelled',
  paused: 'held',
};

/** PULPO's state in our words. One that we don't know counts as being worked on: nothing is changed then. */
export function stateOf({ state, items }: Pick<PulpoOrder, 'state' | 'items'>): RemoteOrderState {
  const known = states[state] ?? 'picking';
  const begun = known === 'picking' || known === 'packed';
  return begun && items.some(({ fulfilled_quantity: shipped }) => (shipped ?? 0) > 0) ? 'partly-shipped' : known;
}

/** An order as the engine sees it. `skuOf` answers products whose SKU isn't embedded. */
export function remoteOrder(order: PulpoOrder, skuOf: ReadonlyMap<string, string>): RemoteOrder {
  return {
    remoteId: order.id,
    remoteNumber: null,
    reference: order.order_num,
    state: stateOf(order),
    lines: wholeLines(
      order.items.map(({ line_order_id: lineId, product, product_id: productId, quantity }) => ({
        lineId,
        sku: product?.sku ?? skuOf.get(productId ?? '') ?? '',
        quantity,
      })),
    ),
    total: null,
    facilityId: order.warehouse_id,
    url: null,
  };
}

/** Whose order it is by its mark. One without a mark is told by our line ids: another integration may have made it. */
export function ownerOf(order: Pick<PulpoOrder, 'attributes' | 'items'>, domain: string): 'ours' | 'other' | 'unmarked' {
  const mark = order.attributes['crossdock_shop'];
  if (typeof mark === 'string' && mark !== '') return mark === domain ? 'ours' : 'other';
  return order.items.some(({ line_order_id: id }) => id?.startsWith('gid://shopify/LineItem/')) ? 'ours' : 'unmarked';
}

/** Whether an order found under our number is the one we mean: by its mark, else by its lines. */
export function isSameOrder(found: PulpoOrder, order: SalesOrder, domain: string, skuOf: ReadonlyMap<string, string>): boolean {
  const owner = ownerOf(found, domain);
  if (owner === 'other') return false;
  const marked = found.attributes['crossdock_order'];
  if (typeof marked === 'string') return marked === order.shopifyOrderId;
  if (owner === 'ours') {
    const ours = new Set(order.lines.map(({ lineId }) => lineId));
    return found.items.some(({ line_order_id: id }) => id !== null && ours.has(id));
  }
  return unitsOf(remoteOrder(found, skuOf).lines) === unitsOf(order.lines);
}

/** Units by SKU as text, for comparing. */
export function unitsOf(lines: readonly { sku: string; quantity: number }[]): string {
  const units = new Map<string, number>();
  for (const { sku, quantity } of lines) units.set(sku, (units.get(sku) ?? 0) + quantity);
  return JSON.stringify([...units].sort(([a], [b]) => (a < b ? -1 : 1)));
}
