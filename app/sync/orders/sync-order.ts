import { asCrossdockError, NeedsMerchantError, type CrossdockError } from '../../core/errors.ts';
import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { parkConnection } from '../../connections/park.ts';
import { readSync } from '../../connections/syncs.ts';
import { listLocationLinks } from '../../connections/locations.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { loadMappings } from '../../mappings/mapping-store.ts';
import { observeValues } from '../../mappings/observed-values.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { withLease, type Lease } from '../inbox/lease.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { countInRun, rollingRun, type RunCounts } from '../runs/runs.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { convertPart, layOutUnits, totalsDiffer, type Conversion } from './convert-order.ts';
import { decideFulfilmentOrder, decideOrder, holdsThatNeedSomebody, type Decision } from './decide-order.ts';
import { openParts, type PreparedPart } from './prepare-parts.ts';
import { partsInMirroring, readParts, storeOrder } from './order-store.ts';
import type { PartTarget } from './plan-parts.ts';
import { amendPart, cancelPart, sendPart, type PartContext, type PartOutcome } from './push-part.ts';
import { readOrder } from './read-order.ts';
import { mapOrder, type MappedValues } from './resolve-mappings.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** A connection that takes orders now, with what it wants of them. */
interface Taker {
  live: LiveConnection;
  settings: Awaited<ReturnType<typeof readSync<'orders'>>>['settings'];
  enabledAt: Date | null;
  mapped: MappedValues;
}

export interface OrderPass {
  shopId: number;
  admin: ShopifyAdmin;
  /** The shop's active connections whose orders sync is on. */
  connections: LiveConnection[];
  orderId: string;
  /** Counts go to this run; without it to each connection's rolling run. */
  runId?: string;
  /** A failure that would be tried again is named as a problem now. */
  lastTry?: boolean;
}

const label = (decision: Decision) => ('reason' in decision ? decision.reason.code : '');

/** The verdict shown for the order as a whole: what is sent outweighs what waits, what waits outweighs what is left out. */
function overall(decisions: Decision[]): { verdict: string; reason: Reason | null; holdUntil: Date | null } {
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

interface Verdicts {
  targets: PartTarget[];
  decisions: Decision[];
  /** Per connection, for its problems. */
  holds: { connectionId: string; reason: Reason }[];
}

interface Places {
  links: Awaited<ReturnType<typeof listLocationLinks>>;
  /** Locations of fulfilment services, which ship for themselves. */
  services: ReadonlySet<string>;
}

function decideAll(order: ShopifyOrder, takers: Taker[], { links, services }: Places, sentTo: ReadonlySet<string>): Verdicts {
  const verdicts: Verdicts = { targets: [], decisions: [], holds: [] };
  const grouped = new Map<string, PartTarget>();
  const general = takers.map((taker) => {
    const sent = sentTo.has(taker.live.id);
    return { taker, sent, decision: decideOrder(order, { ...taker.settings, enabledAt: taker.enabledAt }, { now: now(), sent }) };
  });
  if (order.fulfilmentOrders.length === 0 || order.cancelledAt)
    verdicts.decisions.push(...general.slice(0, 1).map(({ decision }) => decision));
  for (const one of order.cancelledAt ? [] : order.fulfilmentOrders) {
    const link = links.find((candidate) => candidate.locationId === one.locationId) ?? null;
    const mine = general.find(({ taker }) => taker.live.id === link?.connectionId);
    const service = link === null && one.locationId !== null && services.has(one.locationId);
    let decision = decideFulfilmentOrder(one, link, service);
    if (decision.verdict === 'send' && link && !mine)
      decision = { verdict: 'skip', reason: { code: 'orders-sync-off', params: { location: one.locationName } } };
    if (decision.verdict === 'send' && mine && mine.decision.verdict !== 'send') decision = mine.decision;
    if (decision.verdict === 'hold' && decision.reason.code === 'location-unmapped') {
      // An order that the rules leave out anyway isn't held for a location that nobody needs.
      const out = general.every(({ decision: rule }) => rule.verdict === 'skip') ? general[0]?.decision : undefined;
      if (out) decision = out;
    }
    if (decision.verdict === 'send' && mine && link) {
      const blocked = mine.sent ? null : blockedBy(order, mine.taker, [one]);
      if (blocked) decision = { verdict: 'hold', reason: blocked, until: null };
      else {
        const whole = mine.taker.live.definition.capabilities.handOver === 'order';
        const key = whole ? link.connectionId : one.id;
        const target = grouped.get(key) ?? {
          connectionId: link.connectionId,
          facilityId: link.facilityId,
          locationId: link.locationId,
          fulfilmentOrders: [],
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

async function restateProblems(pass: OrderPass, order: ShopifyOrder, takers: Taker[], holds: Verdicts['holds']): Promise<void> {
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  await inShop(pass.shopId, async (tx) => {
    for (const { live } of takers) {
      const open = holds.filter((hold) => hold.connectionId === live.id && holdsThatNeedSomebody.has(hold.reason.code));
      for (const { reason } of open) {
        const detail = String(reason.params['value'] ?? '');
        await openProblem(tx, pass.shopId, {
          connectionId: live.id,
          sync: 'orders',
          cause: reason.code,
          subject,
          params: reason.params,
          detail,
        });
      }
      const gone = [...holdsThatNeedSomebody].filter((cause) => !open.some((hold) => hold.reason.code === cause));
      await closeProblems(tx, pass.shopId, { subject, connectionId: live.id, causes: gone, evidence: 'order-read-again' });
    }
  });
}

function conversionOf(
  taker: Taker,
  prepared: PreparedPart,
  carriesCharges: boolean,
  remoteProducts: ReadonlyMap<string, string>,
): Conversion {
  const { live, mapped, settings } = taker;
  return {
    reference: prepared.part.reference,
    number: prepared.part.number,
    units: prepared.units,
    target: {
      facilityId: prepared.target.facilityId,
      deliveryMethod: prepared.target.fulfilmentOrders[0]?.deliveryMethod ?? 'SHIPPING',
    },
    carriesCharges,
    shipping: mapped.shipping,
    payments: carriesCharges ? mapped.payments : mapped.payments.map((payment) => ({ ...payment, amount: 0 })),
    channel: mapped.channel,
    storeId: live.storeId,
    remoteProducts,
    withNote: settings.orderNote,
  };
}

const counted: Record<PartOutcome, keyof RunCounts> = {
  sent: 'done',
  amended: 'done',
  cancelled: 'done',
  unchanged: 'skipped',
  withheld: 'held',
  'too-late': 'failed',
};

async function inRun(pass: OrderPass, connectionId: string, counts: Partial<RunCounts>): Promise<string> {
  return inShop(pass.shopId, async (tx) => {
    const runId = pass.runId ?? (await rollingRun(tx, pass.shopId, connectionId, 'orders'));
    await countInRun(tx, pass.shopId, runId, counts);
    return runId;
  });
}

async function pushParts(
  pass: OrderPass,
  lease: Lease,
  order: ShopifyOrder,
  takers: Taker[],
  verdicts: Verdicts,
): Promise<CrossdockError[]> {
  const { shopId } = pass;
  const subject = { kind: 'order' as const, id: order.id, label: order.name };
  const failures: CrossdockError[] = [];
  const { kept, cancelled } = await openParts(
    shopId,
    order,
    verdicts.targets,
    new Map(takers.map(({ live }) => [live.id, live])),
  );
  const mirroring = await inShop(shopId, (tx) => partsInMirroring(tx, shopId, order.id));
  const starts = layOutUnits(kept.map(({ part, units }) => ({ number: part.number, units })));
  const carrier = kept.reduce((lowest, { part }) => Math.min(lowest, part.number), Infinity);
  const productIds = order.lines.flatMap((line) => (line.variantId ? [line.variantId] : []));

  const attempt = async (live: LiveConnection, work: (context: PartContext) => Promise<PartOutcome>) => {
    const runId = await inRun(pass, live.id, {});
    try {
      const outcome = await work({ live, lease, runId, orderId: order.id, orderName: order.name });
      await inRun(pass, live.id, { [counted[outcome]]: 1 });
      await inShop(shopId, (tx) =>
        closeProblems(tx, shopId, {
          subject,
          connectionId: live.id,
          sync: 'orders',
          except: [...holdsThatNeedSomebody, 'amend-too-late', 'cancel-too-late'],
          evidence: `part-${outcome}`,
        }),
      );
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      failures.push(error);
      const again = error.kind === 'transient' && !pass.lastTry;
      if (!again) {
        await inShop(shopId, async (tx) => {
          await openProblem(tx, shopId, problemFromError(error, { connectionId: live.id, sync: 'orders', subject }));
          if (error instanceof NeedsMerchantError && error.scope === 'connection')
            await parkConnection(tx, shopId, live.id, error);
        });
        await inRun(pass, live.id, { failed: 1 });
      }
    }
  };

  for (const { part, reason } of cancelled) {
    const taker = takers.find(({ live }) => live.id === part.connectionId);
    if (taker && !mirroring.has(part.id)) await attempt(taker.live, (context) => cancelPart(context, part, reason));
  }
  for (const prepared of kept) {
    const taker = takers.find(({ live }) => live.id === prepared.part.connectionId);
    if (!taker || (prepared.part.remoteId && mirroring.has(prepared.part.id))) continue;
    const links = await inShop(shopId, (tx) =>
      tx.productLink.findMany({
        where: { shopId, connectionId: taker.live.id, variantId: { in: productIds } },
        select: { variantId: true, remoteId: true },
      }),
    );
    const remoteProducts = new Map(
      links.flatMap(({ variantId, remoteId }) => (remoteId ? [[variantId, remoteId] as const] : [])),
    );
    const converted = convertPart(order, conversionOf(taker, prepared, prepared.part.number === carrier, remoteProducts), starts);
    await attempt(taker.live, (context) =>
      prepared.part.remoteId
        ? amendPart(context, prepared.part, converted)
        : sendPart(context, prepared.part, converted, taker.mapped.shown),
    );
  }
  return failures;
}

async function syncUnderLease(pass: OrderPass, lease: Lease): Promise<void> {
  const { shopId, orderId } = pass;
  const order = await readOrder(pass.admin, orderId);
  const known = await inShop(shopId, (tx) => readParts(tx, shopId, orderId));
  if (!order) return cancelDeleted(pass, lease, known);
  const { takers, places } = await inShop(shopId, async (tx) => {
    const all: Taker[] = [];
    for (const live of pass.connections) {
      const sync = await readSync(tx, shopId, live.id, 'orders');
      all.push({
        live,
        settings: sync.settings,
        enabledAt: sync.enabledAt,
        mapped: mapOrder(order, await loadMappings(tx, shopId, live.id), sync.settings),
      });
    }
    const services = await tx.location.findMany({ where: { shopId, serviceName: { not: null } }, select: { id: true } });
    return {
      takers: all,
      places: { links: await listLocationLinks(tx, shopId), services: new Set(services.map(({ id }) => id)) },
    };
  });
  const sentTo = new Set(known.filter((part) => part.remoteId && part.state !== 'cancelled').map((part) => part.connectionId));
  const verdicts = decideAll(order, takers, places, sentTo);
  const decision = overall(verdicts.decisions);
  await inShop(shopId, async (tx) => {
    const { isNew, changed } = await storeOrder(tx, shopId, order, decision);
    const subject = { kind: 'order' as const, id: order.id };
    if (isNew) {
      await noteEvent(tx, shopId, subject, 'seen', { name: order.name });
      await observeValues(tx, shopId, [
        ...order.shippingLines.map((line) => ({
          kind: 'shipping',
          value: line.title,
          label: line.title,
          origin: 'order' as const,
        })),
        ...order.gateways.map((gateway) => ({ kind: 'payment', value: gateway, label: gateway, origin: 'order' as const })),
        ...(order.channel
          ? [{ kind: 'channel', value: order.channel, label: order.channelLabel, origin: 'order' as const }]
          : []),
      ]);
    }
    if (isNew || changed)
      await noteEvent(tx, shopId, subject, `decided-${decision.verdict}`, {
        code: decision.reason?.code ?? '',
        ...decision.reason?.params,
      });
  });
  await restateProblems(pass, order, takers, verdicts.holds);
  for (const { live } of takers) {
    const held = verdicts.holds.filter((hold) => hold.connectionId === live.id).length;
    await inRun(pass, live.id, {
      seen: 1,
      held,
      ...(decision.verdict === 'skip' && live === takers[0]?.live ? { skipped: 1 } : {}),
    });
  }
  const failures = await pushParts(pass, lease, order, takers, verdicts);
  const again = failures.find((error) => error.kind === 'transient');
  if (again) throw again;
}

async function cancelDeleted(pass: OrderPass, lease: Lease, known: Awaited<ReturnType<typeof readParts>>): Promise<void> {
  const { shopId, orderId } = pass;
  for (const part of known.filter((one) => one.state !== 'cancelled')) {
    const live = pass.connections.find((one) => one.id === part.connectionId);
    if (!live) continue;
    const runId = await inRun(pass, live.id, { seen: 1 });
    await cancelPart({ live, lease, runId, orderId, orderName: part.reference }, part, 'deleted-in-shopify');
  }
  await inShop(shopId, (tx) =>
    tx.order.updateMany({
      where: { shopId, id: orderId },
      data: { verdict: 'skip', reason: { code: 'deleted-in-shopify', params: {} }, decidedAt: now() },
    }),
  );
}

/**
 * The corridor of one order: read it again from Shopify, decide, convert with the mappings in force, hand over, record. Alone on
 * this order across all processes; running it twice changes nothing. Throws TransientError when it should be tried again.
 */
export function syncOrder(pass: OrderPass): Promise<void> {
  return withLease(pass.shopId, `order ${pass.orderId}`, (lease) => syncUnderLease(pass, lease));
}
