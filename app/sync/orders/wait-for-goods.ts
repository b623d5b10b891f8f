import { DateTime } from 'luxon';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { Decision } from './decide-order.ts';
import { commonWord } from './filter-order.ts';
import type { FulfilmentOrder, ShopifyOrder, ShopifyOrderLine } from './shopify-order.ts';

export const goodsCodes = ['pre-order', 'back-order'] as const;

/** Why the goods of one line aren't to be had yet. */
export interface Wait {
  lineId: string;
  code: (typeof goodsCodes)[number];
  sku: string;
  /** When it ends by itself; null: when the tag goes or the goods come. */
  until: Date | null;
}

/** Whether an order is held because its goods aren't to be had yet. */
export const isForGoods = ({ code }: Reason): boolean => goodsCodes.some((one) => one === code);

/** What has to be asked of Shopify to know that. */
export interface GoodsFacts {
  /** Variant → what its metafield, or its product's, says of the day. */
  promises: ReadonlyMap<string, string>;
  /** Lines of variants that go on selling and of which more was sold at their location than is there. */
  oversold: ReadonlySet<string>;
}

export type GoodsRules = Pick<
  SyncSettings<'orders'>,
  'preOrders' | 'backOrders' | 'preOrderTags' | 'promiseDetail' | 'promiseMetafield'
>;

/** A day as people and apps write it: ISO 8601, with or without a time, or day.month.year. Null for anything else. */
export function dayIn(text: string | undefined): string | null {
  const iso = /^\s*(\d{4})-(\d\d)-(\d\d)/.exec(text ?? '');
  const german = /^\s*(\d\d?)\.(\d\d?)\.(\d{4})/.exec(text ?? '');
  const parts = iso ? iso.slice(1) : german?.slice(1).reverse();
  if (!parts) return null;
  const [year, month, day] = parts.map(Number);
  const found = DateTime.fromObject({ year: year ?? 0, month: month ?? 0, day: day ?? 0 });
  return found.isValid ? found.toISODate() : null;
}

/** The day that each line's goods were promised for: what the line says, else the order, else the product. Pure. */
export function promisedDays(order: ShopifyOrder, rules: GoodsRules, facts: GoodsFacts): Map<string, string> {
  const name = rules.promiseDetail.trim().toLowerCase();
  const said = (details: ShopifyOrderLine['attributes']) =>
    name === '' ? undefined : details.find(({ key }) => key.trim().toLowerCase() === name)?.value;
  return new Map(
    order.lines.flatMap((line) => {
      const ofProduct = line.variantId ? facts.promises.get(line.variantId) : undefined;
      const day = dayIn(said(line.attributes)) ?? dayIn(said(order.attributes)) ?? dayIn(ofProduct);
      return day ? [[line.id, day] as const] : [];
    }),
  );
}

/**
 * Lines (by id) whose goods must be waited for, by the merchant's rules. Pure. A promised day that has come ends the wait, whatever is tagged; a
 * tag without a day waits until it is taken off.
 */
export function waitsOf(
  order: ShopifyOrder,
  rules: GoodsRules,
  facts: GoodsFacts,
  { now, zone }: { now: Date; zone: string },
): Map<string, Wait> {
  const days = promisedDays(order, rules, facts);
  const waits = new Map<string, Wait>();
  for (const line of order.lines) {
    const day = days.get(line.id);
    const until = day ? DateTime.fromISO(day, { zone }).toJSDate() : null;
    const tagged = commonWord(rules.preOrderTags, [...line.productTags, ...order.tags]) !== undefined;
    const ahead = until ? until > now : tagged;
    if (rules.preOrders !== 'send' && ahead) waits.set(line.id, { lineId: line.id, code: 'pre-order', sku: line.sku, until });
    else if (rules.backOrders !== 'send' && facts.oversold.has(line.id))
      waits.set(line.id, { lineId: line.id, code: 'back-order', sku: line.sku, until: null });
  }
  return waits;
}

/** The lines of a fulfilment order that wait: those that are still to be shipped and that no back office has. */
export function waitingIn(one: FulfilmentOrder, waits: ReadonlyMap<string, Wait>, handedOver: ReadonlySet<string>): Wait[] {
  return one.lines.flatMap(({ lineId, remaining }) =>
    remaining > 0 && !handedOver.has(lineId) ? (waits.get(lineId) ?? []) : [],
  );
}

/** What the merchant wants of an order with such a line. */
export const ruleFor = ({ code }: Wait, rules: GoodsRules): GoodsRules['preOrders'] =>
  code === 'pre-order' ? rules.preOrders : rules.backOrders;

/** A hold for goods. It ends with the last of them where all must be there, with the first where each goes as it comes. Pure. */
export function holdForGoods(waits: readonly Wait[], which: 'first' | 'last'): Decision {
  const times = waits.flatMap(({ until }) => until?.getTime() ?? []);
  const endless = times.length === 0 || (which === 'last' && times.length < waits.length);
  const until = endless ? null : new Date(which === 'last' ? Math.max(...times) : Math.min(...times));
  const sku = [...new Set(waits.map((wait) => wait.sku))].join(', ');
  return { verdict: 'hold', reason: { code: waits[0]?.code ?? 'pre-order', params: { sku } }, until };
}
