import { extras, fieldsOf, isBlank, numeric, refuseUnknown, text, type Fields } from './body.ts';
import { FACTS } from './facts.ts';
import {
  BILLING,
  ITEM_NUMBERS,
  ITEM_OTHERS,
  ITEM_TEXTS,
  ORDER_DATES,
  ORDER_NUMBERS,
  ORDER_OTHERS,
  ORDER_REQUIRED,
  ORDER_TEXTS,
} from './order-fields.ts';
import { invalid } from './refusals.ts';

export interface NewItem {
  item: string;
  quantity: number;
  texts: Record<string, string | null>;
  numbers: Record<string, number | null>;
  extraFields: Record<string, string>;
}

export interface NewOrder {
  custRef: string;
  texts: Record<string, string | null>;
  numbers: Record<string, number | null>;
  extraFields: Record<string, string>;
  items: NewItem[];
}

const KNOWN_ORDER = [...ORDER_TEXTS, ...ORDER_DATES, ...ORDER_NUMBERS, ...ORDER_OTHERS];
const KNOWN_ITEM = [...ITEM_TEXTS, ...ITEM_NUMBERS, ...ITEM_OTHERS];

/** An order's body in its documented shape, or the first thing that is wrong with it. Arithmetic is checked elsewhere. */
export function readOrder(body: Fields): NewOrder {
  const lines = Array.isArray(body['items']) ? (body['items'] as unknown[]).map((line) => fieldsOf(line, 'items[]')) : [];
  if (!isBlank(body['items']) && !Array.isArray(body['items'])) throw invalid(FACTS.value, 'items must be an array.');
  const missing = [
    ...ORDER_REQUIRED.filter((name) => isBlank(body[name])),
    ...lines.flatMap((line, index) =>
      ['item', 'quantity'].filter((name) => isBlank(line[name])).map((name) => `items[${index}].${name}`),
    ),
  ];
  if (missing.length > 0) throw invalid(FACTS.required, `Order missing required field(s): ${missing.join(', ')}`);
  refuseUnknown(body, KNOWN_ORDER);
  const billing = body['ship_is_billing'];
  if (billing !== undefined && billing !== null && typeof billing !== 'boolean')
    throw invalid(FACTS.value, 'ship_is_billing must be true or false.');

  const texts: Record<string, string | null> = {
    ...Object.fromEntries(ORDER_TEXTS.map((name) => [name, text(body[name], name)])),
    ...Object.fromEntries(ORDER_DATES.map((name) => [name, day(body[name], name)])),
    ship_address_type: oneOf(body['ship_address_type'], ['R', 'C'], 'ship_address_type'),
    gift_wrap: oneOf(body['gift_wrap'], ['Y', 'N'], 'gift_wrap'),
  };
  for (const name of ['ship_country', 'cust_country']) {
    const country = texts[name];
    if (country && !/^[A-Z]{2,3}$/.test(country)) throw invalid(FACTS.value, `${name} must be a country code such as USA.`);
  }
  if (billing === true) for (const name of BILLING) texts[name] ??= texts[name.replace('cust_', 'ship_')] ?? null;
  const named = texts['cust_company'] ?? texts['cust_first_name'] ?? texts['cust_last_name'];
  if (BILLING.some((name) => texts[name]) && !named && billing !== true)
    throw invalid(FACTS.billing, 'Order missing required field(s): cust_company or cust_first_name and cust_last_name');

  const numbers = Object.fromEntries(ORDER_NUMBERS.map((name) => [name, numeric(body[name], name)]));
  if (numbers['tax'] !== null && numbers['sales_tax'] !== null && numbers['tax'] !== numbers['sales_tax'])
    throw invalid(FACTS.arithmetic, 'tax and sales_tax differ.');
  numbers['sales_tax'] ??= numbers['tax'] ?? null;
  return {
    custRef: texts['cust_ref'] ?? '',
    texts,
    numbers,
    extraFields: extras(body['extra_fields'], 'extra_fields'),
    items: lines.map(readItem),
  };
}

function readItem(line: Fields, index: number): NewItem {
  const at = `items[${index}].`;
  refuseUnknown(line, KNOWN_ITEM, at);
  const numbers = Object.fromEntries(ITEM_NUMBERS.map((name) => [name, numeric(line[name], at + name)]));
  numbers['shipping_surcharge'] ??= numbers['shipping_subcharge'] ?? null;
  const quantity = numbers['quantity'] ?? 0;
  if (!Number.isInteger(quantity) || quantity < 1) throw invalid(FACTS.value, `${at}quantity must be a whole number above 0.`);
  const texts = Object.fromEntries(ITEM_TEXTS.map((name) => [name, text(line[name], at + name)]));
  return {
    item: texts['item'] ?? '',
    quantity,
    texts,
    numbers,
    extraFields: extras(line['extra_fields'], `${at}extra_fields`),
  };
}

function day(value: unknown, name: string): string | null {
  const given = text(value, name);
  if (given === null) return null;
  const parsed = new Date(`${given}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(given) && !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(given)) return given;
  throw invalid(FACTS.value, `${name} must be a date, YYYY-MM-DD.`);
}

function oneOf(value: unknown, allowed: readonly string[], name: string): string | null {
  const given = text(value, name);
  if (given === null || allowed.includes(given)) return given;
  throw invalid(FACTS.value, `${name} must be ${allowed.join(' or ')}.`);
}
