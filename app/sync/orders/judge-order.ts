import { now } from '../../core/clock.ts';
import type { readSync } from '../../connections/syncs.ts';
import type { listLocationLinks } from '../../connections/locations.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import {
  decideFulfilmentOrder,
  decideOrder,
  holdsThatNeedSomebody,
  isHandedOver,
  type Decision,
  type OrderChoice,
} from './decide-order.ts';
import { earliestOrder } from './earliest-order.ts';
import { totalsDiffer } from './order-total.ts';
import type { PartTarget } from './plan-parts.ts';
import type { MappedValues } from './resolve-mappings.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** A connection that takes orders now, with what it wants of them. */
export interface Taker {
  live: LiveConnection;
  settings: Awaited<ReturnType<typeof readSync<'orders'>>>['settings'];
  enabledAt: Date | null;
  mapped: MappedValues;
}

const label = (decision: Decision) => ('reason' in decision ? decision.reason.code : '');

/** The verdict shown for the order as a whole: a cancellation, else what waits, else what is sent, else what is left out. */
export function overallVerdict(decisions: Decision[]): { verdict: string; reason: Reason | null; holdUntil: Date | null } {
  const first = (verdict: Decision['verdict']) => decisions.find((one) => one.verdict === verdict);
  const held = decisions.find((one) => one.verdict === 'hold' && holdsThatNeedSomebody.has(label(one))) ?? first('hold');
  const found = first('cancel') ?? held ?? first('send') ?? first('skip');
  if (!found) return { verdict: 'skip', reason: { code: 'nothing-to-ship', params: {} }, holdUntil: null };
  if (found.verdict === 'hold') return { verdict: 'hold', reason: found.reason, holdUntil: found.until };
  return { verdict: found.verdict, reason: 'reason' in found ? found.reason : null, holdUntil: null };
}

/** Holds that concern sending at all, whatever the fulfilment order: what must be right before anything is handed over. */
function blockedBy(order: ShopifyOrder, taker: Taker, target: PartTarget['fulfilmentOrders']): Reason | null {
  if (taker.mapped.missing) return taker.mapped.missing;
  const nameless = target.flatMap((one) => one.lines).find((line) => line.remaining > 0 && !line.sku.trim());
  if (nameless) {
    const title = order.lines.find((line) => line.id === nameless.lineId)?.title ?? '';
    return { code: 'sku-missing', params: { value: title } };
  }
  const difference = totalsDiffer(order);
  if (difference)
    return {
      code: 'totals-differ',
      params: { expected: difference.expected, computed: difference.computed, currency: order.currency },
    };
  return null;
}

/** What becomes of an order, fulfilment order by fulfilment order. */
export interface Verdicts {
  targets: PartTarget[];
  decisions: Decision[];
  /** Per connection, for its problems. */
  holds: { connectionId: string; reason: Reason }[];
  /** Lines of types that nobody ships, to be fulfilled in Shopify once the rest was handed over. */
  completions: { connectionId: string; lineIds: string[] }[];
}

/** Where the shop's locations lead. */
export interface Places {
  links: Awaited<ReturnType<typeof listLocationLinks>>;
  /** Locations of fulfilment services, which ship for themselves. */
  services: ReadonlySet<string>;
}

/** Judges every fulfilment order by the rules of the connection that serves its location. Pure but for the clock. */
export function judgeOrder(
  order: ShopifyOrder,
  takers: Taker[],
  { links, services }: Places,
  sentTo: ReadonlySet<string>,
  choice: OrderChoice | null = null,
): Verdicts {
  const verdicts: Verdicts = { targets: [], decisions: [], holds: [], completions: [] };
  const grouped = new Map<string, PartTarget>();
  const general = takers.map((taker) => {
    const sent = sentTo.has(taker.live.id);
    const earliest = earliestOrder(taker.settings, taker.enabledAt, taker.live.shop.timeZone);
    const rules = { ...taker.settings, earliest };
    return { taker, sent, decision: decideOrder(order, rules, { now: now(), sent, choice }) };
  });
  if (order.fulfilmentOrders.length === 0 || order.cancelledAt)
    verdicts.decisions.push(...general.slice(0, 1).map(({ decision }) => decision));
  for (const whole of order.cancelledAt ? [] : order.fulfilmentOrders) {
    const link = links.find((candidate) => candidate.locationId === whole.locationId) ?? null;
    const mine = general.find(({ taker }) => taker.live.id === link?.connectionId);
    const aside: ReadonlyMap<string, string> = mine?.taker.mapped.notShipped ?? new Map<string, string>();
    const one = { ...whole, lines: whole.lines.filter(({ lineId }) => !aside.has(lineId)) };
    const service = link === null && one.locationId !== null && services.has(one.locationId);
    const { settings, live } = (mine ?? general[0])?.taker ?? {};
    const recordsTill = settings?.posSales === 'record' && live?.definition.capabilities.recordsHandedOver === true;
    let decision = decideFulfilmentOrder(whole, link, service, { physicalOnly: settings?.physicalOnly ?? true, recordsTill });
    if (decision.verdict === 'send' && link && !mine)
      decision = { verdict: 'skip', reason: { code: 'orders-sync-off', params: { location: one.locationName } } };
    if (decision.verdict === 'send' && mine && mine.decision.verdict !== 'send') decision = mine.decision;
    if (decision.verdict === 'hold' && decision.reason.code === 'location-unmapped') {
      // An order that the rules leave out anyway isn't held for a location that nobody needs.
      const out = general.every(({ decision: rule }) => rule.verdict === 'skip') ? general[0]?.decision : undefined;
      if (out) decision = out;
    }
    if (decision.verdict === 'send' && mine && link) {
      const handedOver = isHandedOver(whole);
      const nothing = one.lines.length === 0 || (!handedOver && one.lines.every((line) => line.remaining === 0));
      const blocked = mine.sent || nothing ? null : blockedBy(order, mine.taker, [one]);
      const complete = whole.lines.filter(({ lineId, remaining }) => remaining > 0 && aside.get(lineId) === 'complete');
      if (complete.length > 0 && !blocked)
        verdicts.completions.push({ connectionId: link.connectionId, lineIds: complete.map(({ lineId }) => lineId) });
      if (blocked) decision = { verdict: 'hold', reason: blocked, until: null };
      else if (nothing) decision = { verdict: 'skip', reason: { code: 'type-not-shipped', params: {} } };
      else {
        const together = mine.taker.live.definition.capabilities.handOver === 'order';
        const key = together ? `${link.connectionId} ${handedOver}` : one.id;
        const target = grouped.get(key) ?? {
          connectionId: link.connectionId,
          facilityId: link.facilityId,
          locationId: link.locationId,
          fulfilmentOrders: [],
          handedOver,
        };
        target.fulfilmentOrders.push(one);
        grouped.set(key, target);
      }
    }
    if (decision.verdict === 'hold')
      verdicts.holds.push({ connectionId: link?.connectionId ?? takers[0]?.live.id ?? '', reason: decision.reason });
    verdicts.decisions.push(decision);
  }
  verdicts.targets.push(...grouped.values());
  return verdicts;
}
