/** Fields of an order that may be filled with one value for all orders of the connection. Source: extensiv.md §2.3. */
const allowed = new Set([
  'custom_field_1',
  'custom_field_2',
  'custom_field_3',
  'custom_field_4',
  'custom_field_5',
  'carrier',
  'customer_id',
  'gift_message',
  'gift_wrap',
  'location',
  'pay_type',
  'promo_code',
  'ship_account_no',
  'ship_address_type',
  'ship_code',
  'ship_title',
  'shipping_instructions',
]);
const coded: Readonly<Record<string, RegExp>> = { gift_wrap: /^[YN]$/, ship_address_type: /^[RC]$/ };

interface OrderFields {
  fields: Record<string, string>;
  /** What goes into `extra_fields`. */
  extras: Record<string, string>;
}

/** Reads `name=value; extra.name=value`. Null where a name isn't one of IM's fields, comes twice or has no fitting value. */
export function readOrderFields(text: string): OrderFields | null {
  const found: OrderFields = { fields: {}, extras: {} };
  for (const part of text.split(/[;\n]/).map((one) => one.trim())) {
    if (part === '') continue;
    const [, name = '', value = ''] = /^([\w.-]+)\s*=\s*(.+)$/.exec(part) ?? [];
    const extra = /^extra\.(.+)$/.exec(name)?.[1];
    const target = extra ? found.extras : found.fields;
    const key = extra ?? name;
    if (value === '' || key in target) return null;
    if (!extra && (!allowed.has(name) || !(coded[name]?.test(value) ?? true))) return null;
    target[key] = value;
  }
  return found;
}
