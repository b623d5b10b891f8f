import { z } from 'zod';
import type { ShopifyOrder } from './shopify-order.ts';

const text = (most: number) => z.string().trim().max(most);
const needed = (most: number) => text(most).min(1);

/** What may be changed of an order before it is sent, as the form holds it. */
export const orderEditSchema = z.object({
  name: needed(200),
  company: text(200),
  address1: needed(200),
  address2: text(200),
  city: needed(100),
  zip: text(30),
  provinceCode: text(10),
  countryCode: z
    .string()
    .trim()
    .regex(/^[a-z]{2}$/i)
    .transform((code) => code.toUpperCase()),
  phone: text(40),
  /** Title of the shipping method, as it is mapped. Empty: none. */
  shipping: text(255),
  note: text(5000),
  /** Line item id → SKU. */
  skus: z.record(z.string().startsWith('gid://shopify/LineItem/'), needed(255)),
});

export type OrderEditForm = z.infer<typeof orderEditSchema>;
/** What somebody changed; what isn't there is as Shopify has it. */
export type OrderEdit = Partial<OrderEditForm>;

const addressFields = ['name', 'company', 'address1', 'address2', 'city', 'zip', 'provinceCode', 'countryCode', 'phone'] as const;
/** Whoever wrote these needs Shopify's address no more. */
const wholeAddress = ['name', 'address1', 'city', 'countryCode'] as const;
const emptyIsNull = [
  'company',
  'address2',
  'zip',
  'provinceCode',
  'phone',
] as const satisfies readonly (typeof addressFields)[number][];

/** An order as the form shows it. */
export function formOf(order: ShopifyOrder): OrderEditForm {
  const at = order.shipTo;
  return {
    name: at?.name ?? '',
    company: at?.company ?? '',
    address1: at?.address1 ?? '',
    address2: at?.address2 ?? '',
    city: at?.city ?? '',
    zip: at?.zip ?? '',
    provinceCode: at?.provinceCode ?? '',
    countryCode: at?.countryCode ?? '',
    phone: at?.phone ?? '',
    shipping: order.shippingLines[0]?.title ?? '',
    note: order.note ?? '',
    skus: Object.fromEntries(order.lines.map((line) => [line.id, line.sku])),
  };
}

/** What of a form differs from the order as Shopify has it. Pure. */
export function differenceOf(order: ShopifyOrder, form: OrderEditForm): OrderEdit {
  const as = formOf(order);
  const { skus, ...plain } = form;
  const changed = Object.entries(plain).filter(([name, value]) => as[name as keyof typeof plain] !== value);
  const lines = Object.entries(skus).filter(([id, sku]) => id in as.skus && as.skus[id] !== sku);
  return { ...Object.fromEntries(changed), ...(lines.length > 0 ? { skus: Object.fromEntries(lines) } : {}) };
}

/** The order with the changes in it: everything after it (mapping, judging, handing over) sees one order. Pure. */
export function withEdit(order: ShopifyOrder, edit: OrderEdit | null): ShopifyOrder {
  if (!edit) return order;
  const address = addressFields.flatMap((name) => (edit[name] === undefined ? [] : [[name, edit[name]] as const]));
  const blank = {
    name: '',
    company: null,
    address1: '',
    address2: null,
    city: '',
    zip: null,
    province: null,
    provinceCode: null,
  };
  const merged = { ...blank, countryCode: '', phone: null, ...order.shipTo, ...Object.fromEntries(address) };
  for (const name of emptyIsNull) merged[name] ||= null;
  // The province's name belongs to the code that Shopify had.
  if (edit.provinceCode !== undefined || edit.countryCode !== undefined) merged.province = edit.provinceCode || null;
  const skuOf = (lineId: string, sku: string) => edit.skus?.[lineId] ?? sku;
  const [first, ...others] = order.shippingLines;
  const renamed = edit.shipping === undefined || !first ? first : { ...first, title: edit.shipping, code: edit.shipping };
  return {
    ...order,
    withheld: wholeAddress.every((name) => edit[name] !== undefined) ? [] : order.withheld,
    shipTo: address.length > 0 ? merged : order.shipTo,
    note: edit.note === undefined ? order.note : edit.note || null,
    shippingLines: renamed ? [renamed, ...others] : order.shippingLines,
    lines: order.lines.map((line) =>
      // Another SKU is another product: what the catalogue knows of the variant doesn't hold for it.
      edit.skus?.[line.id] === undefined ? line : { ...line, sku: skuOf(line.id, line.sku), variantId: null },
    ),
    fulfilmentOrders: order.fulfilmentOrders.map((one) => ({
      ...one,
      lines: one.lines.map((line) => ({ ...line, sku: skuOf(line.lineId, line.sku) })),
    })),
  };
}
