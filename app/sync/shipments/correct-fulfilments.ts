import { sha256 } from '../../core/crypto.ts';
import type { Reason, Tracking } from '../../connectors/contract/index.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import { inShop } from '../../db/scope.ts';
import { performWrite } from '../writes/perform-write.ts';
import type { MirrorTools } from './fulfil.ts';
import type { Fulfilment } from './order-in-shopify.ts';
import type { StoredShipment } from './shipment-rows.ts';

/** `withheld`: access level or dry run keeps it a plan. */
export type Correction = { outcome: 'landed' } | { outcome: 'withheld'; reason: Reason };

const text = (tracking: readonly Tracking[]): string =>
  JSON.stringify(tracking.map(({ number, carrier, url }) => [number, carrier, url]));

/** Whether a fulfilment shows this tracking. Shopify fills in a URL itself for carriers it knows, so ours is compared only where we have one. */
export function showsTracking(fulfilment: Pick<Fulfilment, 'tracking'>, wanted: readonly Tracking[]): boolean {
  const company = wanted.find(({ carrier }) => carrier)?.carrier ?? null;
  return (
    fulfilment.tracking.length === wanted.length &&
    wanted.every(({ number, url }) =>
      fulfilment.tracking.some(
        (shown) =>
          shown.number === number && (url === null || shown.url === url) && (company === null || shown.carrier === company),
      ),
    )
  );
}

/** Brings corrected tracking to one fulfilment; sending it twice would only repeat the customer's mail, so it is asked for first. */
export async function correctTracking(
  live: LiveConnection,
  shipment: StoredShipment,
  orderId: string,
  fulfilmentId: string,
  tracking: Tracking[],
  { shopify, lease, notifyCustomer, runId }: MirrorTools,
): Promise<Correction> {
  const shopId = live.shop.id;
  const earlier = await inShop(shopId, (tx) =>
    tx.write.findMany({
      where: {
        shopId,
        subjectKind: 'shipment',
        subjectId: shipment.id,
        kind: 'fulfilment-tracking',
        key: { startsWith: `fulfilment-tracking:${fulfilmentId}:` },
      },
      orderBy: { createdAt: 'asc' },
    }),
  );
  const last = earlier.at(-1);
  const same = last && text((last.after as unknown as { tracking: Tracking[] }).tracking) === text(tracking);
  // A correction back to what it once was is another write, hence the number in the key.
  const key = same
    ? last.key
    : `fulfilment-tracking:${fulfilmentId}:${earlier.length + 1}:${sha256(text(tracking)).slice(0, 16)}`;
  const done = await performWrite<{ fulfilmentId: string }>(
    live,
    {
      target: 'shopify',
      kind: 'fulfilment-tracking',
      subject: { kind: 'shipment', id: shipment.id },
      key,
      class: 'reversible',
      before: { fulfilmentId, tracking: shipment.mirroredTracking },
      after: { fulfilmentId, tracking },
      lease,
      ...(runId ? { runId } : {}),
    },
    {
      async send() {
        await shopify.correctTracking(fulfilmentId, tracking, notifyCustomer);
        return { fulfilmentId };
      },
      async ask() {
        const fulfilment = (await shopify.read(orderId)).fulfilments.find(({ id }) => id === fulfilmentId);
        return fulfilment && showsTracking(fulfilment, tracking) ? { fulfilmentId } : null;
      },
    },
  );
  return done.outcome === 'landed' ? { outcome: 'landed' } : done;
}

/** Takes one of our fulfilments back. Cancelled once it stays cancelled, so its id is key enough. */
export async function cancelFulfilment(
  live: LiveConnection,
  shipment: StoredShipment,
  orderId: string,
  fulfilmentId: string,
  { shopify, lease, runId }: MirrorTools,
): Promise<Correction> {
  const isCancelled = async (): Promise<boolean> =>
    (await shopify.read(orderId)).fulfilments.find(({ id }) => id === fulfilmentId)?.cancelled ?? false;
  const done = await performWrite<{ fulfilmentId: string }>(
    live,
    {
      target: 'shopify',
      kind: 'fulfilment-cancel',
      subject: { kind: 'shipment', id: shipment.id },
      key: `fulfilment-cancel:${fulfilmentId}`,
      class: 'compensable',
      before: { fulfilmentId, cancelled: false },
      after: { fulfilmentId, cancelled: true },
      lease,
      ...(runId ? { runId } : {}),
    },
    {
      async send() {
        await shopify.cancel(fulfilmentId);
        return { fulfilmentId };
      },
      ask: async () => ((await isCancelled()) ? { fulfilmentId } : null),
    },
  );
  return done.outcome === 'landed' ? { outcome: 'landed' } : done;
}
