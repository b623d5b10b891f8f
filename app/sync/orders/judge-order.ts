import { now, nowMs } from '../../core/clock.ts';
import type { readSync } from '../../connections/syncs.ts';
import type { listLocationLinks } from '../../connections/locations.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { decideFulfilmentOrder, decideOrder, isHandedOver, type Decision, type OrderChoice } from './decide-order.ts';
import { historySpan } from './earliest-order.ts';
import type { PartKits } from './expand-kits.ts';
import { leftOutBy } from './filter-order.ts';
import { totalsDiffer, totalsReason } from './order-total.ts';
import { LATE, type PartTarget } from './plan-parts.ts';
import type { MappedValues } from './resolve-mappings.ts';
import type { FulfilmentOrder, ShopifyOrder } from './shopify-order.ts';
import { holdForGoods, ruleFor, waitingIn, type Wait } from './wait-for-goods.ts';

/** A connection that takes orders now, with what it wants of them. */
export interface Taker {
  live: LiveConnection;
  settings: Awaited<ReturnType<typeof readSync<'orders'>>>['settings'];
  enabledAt: Date | null;
  mapped: MappedValues;
  /** The back office's id of the order's customer, where Shopify's customer carries it. */
  customerId?: string | null;
  /** Line → day that its goods were promised for. */
  promised?: ReadonlyMap<string, string>;
  /** What of the order is packed as several products there. */
  kits?: PartKits;
  /** Lines whose goods must be waited for. */
  waits?: ReadonlyMap<string, Wait>;
  /** Lines that were handed over at the till although the back office hasn't so many. */
  shortAtTill?: ReadonlySet<string>;
}

/** What earlier passes did with the order. */
export interface Past {
  /** Lines that waited while the rest went. */
  lateLines: ReadonlySet<string>;
  /** Of these, the part that took each. */
  latePartOf: ReadonlyMap<string, string>;
  /** Lines that a back office has. */
  handedOver: ReadonlySet<string>;
  /** Lines that any back office was given to ship, whatever became of the part. */
  taken: ReadonlySet<string>;
  /** Connections that keep the order as history. */
  parkedAt: ReadonlySet<string>;
  /** For a look at it: as if nothing held the order. */
  asIfItWent?: boolean;
}

const nothingYet: Past = {
  ...{ lateLines: new Set(), latePartOf: new Map(), handedOver: new Set(), taken: new Set(), parkedAt: new Set() },
};

const label = (decision: Decision) => ('reason' in decision ? decision.reason.code : '');

/** How soon an order is looked at again whose address Shopify keeps back: nothing tells when it doesn't any more. */
const APPROVED_AGAIN_MS = 60 * 60_000;

/** Whether Shopify keeps the delivery address back, or the name in it: nobody could ship that, and nobody must change what was handed over by it. */
export const isAddressWithheld = ({ withheld }: ShopifyOrder): boolean =>
  withheld.some((field) => /^shippingAddress(\.(name|firstName|lastName|address1|city))?$/.test(field));

/** Holds that concern sending at all, whatever the fulfilment order: what must be right before anything is handed over. */
function blockedBy(order: ShopifyOrder, taker: Taker, target: PartTarget['fulfilmentOrders']): Reason | null {
  if (isAddressWithheld(order)) return { code: 'address-withheld', params: {} };
  if (taker.mapped.missing) return taker.mapped.missing;
  const nameless = target.flatMap((one) => one.lines).find((line) => line.remaining > 0 && !line.sku.trim());
  if (nameless) {
    const title = order.lines.find((line) => line.id === nameless.lineId)?.title ?? '';
    return { code: 'sku-missing', params: { value: title } };
  }
  const difference = totalsDiffer(order);
  return difference && totalsReason(order, difference);
}

/** How soon a sale at the till is looked at again that waits for the stock it took: counts change without telling of orders. */
const STOCK_AGAIN_MS = 15 * 60_000;

/** A sale at the till of more than there is, where the merchant wants to look at it first, or never sees it there. */
function beyondStock(one: FulfilmentOrder, order: ShopifyOrder, { shortAtTill, settings }: Taker): Decision | null {
  const short = one.lines.find(({ lineId }) => shortAtTill?.has(lineId));
  if (!short || settings.posBeyondStock === 'record') return null;
  const sku = order.lines.find(({ id }) => id === short.lineId)?.sku ?? short.sku;
  const reason = { code: 'sold-beyond-stock', params: { sku, location: one.locationName } };
  if (settings.posBeyondStock === 'leave-out') return { verdict: 'skip', reason };
  return { verdict: 'hold', reason, until: new Date(nowMs() + STOCK_AGAIN_MS) };
}

const lookAgainAt = ({ code }: Reason): Date | null =>
  code === 'address-withheld' ? new Date(nowMs() + APPROVED_AGAIN_MS) : null;

/** What becomes of an order, fulfilment order by fulfilment order. */
export interface Verdicts {
  targets: PartTarget[];
  decisions: Decision[];
  /** Per connection, for its problems. */
  holds: { connectionId: string; reason: Reason }[];
  /** Lines of types that nobody ships, to be fulfilled in Shopify once the rest was handed over. */
  completions: { connectionId: string; lineIds: string[] }[];
  /** Connections that cancel what they have of the order, and why. */
  cancellations: ReadonlyMap<string, Reason>;
  /** Lines that wait, or waited, while the rest goes. */
  lateLines: string[];
}

/** Where the shop's locations lead. */
export interface Places {
  links: Awaited<ReturnType<typeof listLocationLinks>>;
  /** Locations of fulfilment services, which ship for themselves. */
  services: ReadonlySet<string>;
}

/** A taker with what it says of the order as a whole. */
interface Judging {
  taker: Taker;
  /** A part of the order is there already. */
  sent: boolean;
  decision: Decision;
  /** Too old to be worked on, and kept there all the same. */
  history: boolean;
}

interface Already {
  /** A part of the order is at the taker's back office. */
  sent: boolean;
  /** What its locations still have to ship was given to a back office before: it moved. */
  moved: boolean;
}

function judgeWhole(
  order: ShopifyOrder,
  taker: Taker,
  { sent, moved }: Already,
  choice: OrderChoice | null,
  past: Past,
): Judging {
  const { live, settings, enabledAt } = taker;
  const { from, until: earliest } = historySpan(live, settings, enabledAt);
  const rules = { ...settings, earliest };
  const decided = decideOrder(order, rules, { now: now(), sent, moved, choice });
  const decision: Decision = past.asIfItWent && decided.verdict === 'hold' ? { verdict: 'send' } : decided;
  const tooOld = decision.verdict === 'skip' && label(decision) === 'too-old';
  const wanted = tooOld && from !== null && new Date(order.placedAt) >= from && !leftOutOfHistory(order, settings);
  return { taker, sent, decision, history: past.parkedAt.has(live.id) || wanted };
}

/** History is taken whatever became of it; what a merchant never wants to see there stays out. */
const leftOutOfHistory = (order: ShopifyOrder, settings: Taker['settings']): boolean =>
  leftOutBy(order, { ...settings, orderStatus: 'any', fulfilmentStatuses: ['UNFULFILLED', 'PARTIALLY_FULFILLED'] }) !== null;

/** The lines of a fulfilment order that are worth keeping as history. */
const historyLines = (one: FulfilmentOrder) => one.lines.filter(({ total, sku }) => total > 0 && sku.trim() !== '');

/** Judges every fulfilment order by the rules of the connection that serves its location. Pure but for the clock. */
export function judgeOrder(
  order: ShopifyOrder,
  takers: Taker[],
  { links, services }: Places,
  sentTo: ReadonlySet<string>,
  choice: OrderChoice | null = null,
  past: Past = nothingYet,
): Verdicts {
  const verdicts: Verdicts = {
    ...{ targets: [], decisions: [], holds: [], completions: [], cancellations: new Map() },
    lateLines: [...past.lateLines],
  };
  const grouped = new Map<string, PartTarget>();
  const linkOf = (one: FulfilmentOrder) => links.find(({ locationId }) => locationId === one.locationId) ?? null;
  const movedTo = (connectionId: string) =>
    order.fulfilmentOrders.some(
      (one) =>
        linkOf(one)?.connectionId === connectionId &&
        one.lines.some(({ lineId, remaining }) => remaining > 0 && past.taken.has(lineId)),
    );
  const general = takers.map((taker) => {
    const { id } = taker.live;
    return judgeWhole(order, taker, { sent: sentTo.has(id), moved: movedTo(id) }, choice, past);
  });
  const placesAt = (connectionId: string) =>
    new Map(
      order.fulfilmentOrders.flatMap((one) => {
        const link = linkOf(one);
        return link?.connectionId === connectionId ? [[one.id, link.facilityId] as const] : [];
      }),
    );
  const waiting = (one: FulfilmentOrder, { waits }: Taker): Wait[] =>
    choice?.sendNow || past.asIfItWent || !waits ? [] : waitingIn(one, waits, past.handedOver);
  const addTo = (key: string, one: FulfilmentOrder, target: Omit<PartTarget, 'fulfilmentOrders'>) => {
    const found = grouped.get(key) ?? { ...target, fulfilmentOrders: [] };
    found.fulfilmentOrders.push(one);
    grouped.set(key, found);
  };
  if (order.fulfilmentOrders.length === 0 || order.cancelledAt)
    verdicts.decisions.push(...general.slice(0, 1).map(({ decision }) => decision));
  // Where one line must wait and all go together, the whole order waits.
  const together = new Map(
    general.map((one) => {
      const mine = order.fulfilmentOrders.filter((whole) => linkOf(whole)?.connectionId === one.taker.live.id);
      const waits = one.sent ? [] : mine.flatMap((whole) => waiting(whole, one.taker));
      const parks = waits.some((wait) => ruleFor(wait, one.taker.settings) === 'park');
      return [one, parks ? holdForGoods(waits, 'last') : null] as const;
    }),
  );
  for (const whole of order.cancelledAt ? [] : order.fulfilmentOrders) {
    const link = linkOf(whole);
    const mine = general.find(({ taker }) => taker.live.id === link?.connectionId);
    if (mine?.history && link) {
      const lines = historyLines(whole);
      const kept = past.parkedAt.has(link.connectionId);
      const delivered = !['NONE', 'PICK_UP'].includes(whole.deliveryMethod) && whole.status !== 'CANCELLED';
      if (kept || !delivered || lines.length === 0) {
        const code = kept ? 'kept-as-history' : 'no-delivery';
        verdicts.decisions.push({ verdict: 'skip', reason: { code, params: { location: whole.locationName } } });
        continue;
      }
      const { connectionId, facilityId, locationId } = link;
      addTo(`history ${connectionId}`, { ...whole, lines }, { connectionId, facilityId, locationId, parked: true });
      verdicts.decisions.push({ verdict: 'send' });
      continue;
    }
    const aside: ReadonlyMap<string, string> = mine?.taker.mapped.notShipped ?? new Map<string, string>();
    const one = { ...whole, lines: whole.lines.filter(({ lineId }) => !aside.has(lineId)) };
    const service = link === null && one.locationId !== null && services.has(one.locationId);
    const { settings, live } = (mine ?? general[0])?.taker ?? {};
    const recordsTill = settings?.posSales === 'record' && live?.definition.capabilities.recordsHandedOver === true;
    let decision = decideFulfilmentOrder(whole, link, service, { physicalOnly: settings?.physicalOnly ?? true, recordsTill });
    if (past.asIfItWent && decision.verdict === 'hold' && mine) decision = { verdict: 'send' };
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
      const waits = handedOver ? [] : waiting(one, mine.taker);
      const late = new Set(waits.map(({ lineId }) => lineId));
      const going = { ...one, lines: one.lines.filter(({ lineId }) => !late.has(lineId)) };
      const empty = (list: FulfilmentOrder['lines']) =>
        list.length === 0 || (!handedOver && list.every((line) => line.remaining === 0));
      const nothing = empty(one.lines);
      const blocked = mine.sent || nothing || past.asIfItWent ? null : blockedBy(order, mine.taker, [one]);
      const complete = whole.lines.filter(({ lineId, remaining }) => remaining > 0 && aside.get(lineId) === 'complete');
      if (complete.length > 0 && !blocked)
        verdicts.completions.push({ connectionId: link.connectionId, lineIds: complete.map(({ lineId }) => lineId) });
      const parked = together.get(mine);
      const short = handedOver && !mine.sent && !past.asIfItWent && !choice?.sendNow ? beyondStock(one, order, mine.taker) : null;
      if (blocked) decision = { verdict: 'hold', reason: blocked, until: lookAgainAt(blocked) };
      else if (nothing) decision = { verdict: 'skip', reason: { code: 'type-not-shipped', params: {} } };
      else if (parked) decision = parked;
      else if (short) decision = short;
      else {
        if (late.size > 0) {
          verdicts.lateLines.push(...late);
          decision = holdForGoods(waits, 'first');
        }
        const atOnce = mine.taker.live.definition.capabilities.handOver === 'order';
        const base = atOnce ? `${link.connectionId} ${handedOver}` : one.id;
        const { connectionId, facilityId, locationId } = link;
        const homeOf = (lineId: string) =>
          past.lateLines.has(lineId)
            ? (past.latePartOf.get(lineId) ?? (mine.sent && !past.handedOver.has(lineId) ? LATE : ''))
            : '';
        for (const [home, lines] of Map.groupBy(going.lines, ({ lineId }) => homeOf(lineId))) {
          if (empty(lines)) continue;
          addTo(
            `${base} ${home}`,
            { ...one, lines },
            {
              ...{ connectionId, facilityId, locationId, handedOver },
              ...(atOnce ? { places: placesAt(connectionId) } : {}),
              ...(home === '' ? {} : { ofPart: home }),
            },
          );
          if (late.size > 0) verdicts.decisions.push({ verdict: 'send' });
        }
      }
    }
    if (decision.verdict === 'hold')
      verdicts.holds.push({ connectionId: link?.connectionId ?? takers[0]?.live.id ?? '', reason: decision.reason });
    verdicts.decisions.push(decision);
  }
  verdicts.targets.push(...grouped.values());
  verdicts.lateLines = [...new Set(verdicts.lateLines)];
  if (verdicts.decisions.some(({ verdict }) => verdict === 'cancel'))
    verdicts.cancellations = new Map(
      general.flatMap(({ taker, decision }) =>
        decision.verdict === 'cancel' ? [[taker.live.id, decision.reason] as const] : [],
      ),
    );
  return verdicts;
}
