import type { SyncKind } from '../../connectors/contract/index.ts';
import { capabilitiesOf } from '../../connections/known-connectors.ts';
import type { Tx } from '../../db/scope.ts';
import { offeredMappingKinds } from '../../connectors/contract/index.ts';
import { listMappingRows } from '../../mappings/mapping-store.ts';
import { openTypes } from '../../mappings/open-types.ts';
import type { Connection } from '@prisma/client';

/** How far the first order got: the proof that everything is connected. */
export interface TestOrder {
  id: string;
  name: string;
  stage: 'sent' | 'shipped' | 'fulfilled';
}

/** Setting up, step by step, each read from what is really there. */
export interface SetupState {
  connected: boolean;
  tested: boolean;
  /** Product types that nobody has said of what they are. */
  typesOpen: number;
  locationsMapped: number;
  locationsUnmapped: number;
  /** Shipping and, where the back office is told of them, payment methods. */
  methodsMapped: number;
  methodsUnmapped: number;
  /** Syncs that were switched on, now or before. */
  started: SyncKind[];
  testOrder: TestOrder | null;
}

const nothing: SetupState = {
  ...{ connected: false, tested: false, typesOpen: 0, locationsMapped: 0, locationsUnmapped: 0 },
  ...{ methodsMapped: 0, methodsUnmapped: 0, started: [], testOrder: null },
};

/** The order that got furthest since orders were switched on. */
async function furthestOrder(tx: Tx, shopId: number, connectionId: string, since: Date): Promise<TestOrder | null> {
  const [row] = await tx.$queryRaw<TestOrder[]>`
    SELECT o.id, o.name, CASE WHEN bool_or(s.state = 'mirrored') THEN 'fulfilled' WHEN bool_or(s.id IS NOT NULL) THEN 'shipped' ELSE 'sent' END AS stage
    FROM part p JOIN shop_order o ON o.shop_id = p.shop_id AND o.id = p.order_id
    LEFT JOIN shipment s ON s.shop_id = p.shop_id AND s.part_id = p.id AND NOT s.cancelled
    WHERE p.shop_id = ${shopId} AND p.connection_id = ${connectionId}::uuid AND p.remote_id IS NOT NULL AND p.state NOT IN ('cancelled', 'parked')
      AND o.first_seen_at >= ${since}
    GROUP BY o.id, o.name, o.first_seen_at
    ORDER BY CASE WHEN bool_or(s.state = 'mirrored') THEN 0 WHEN bool_or(s.id IS NOT NULL) THEN 1 ELSE 2 END, o.first_seen_at DESC LIMIT 1`;
  return row ?? null;
}

/** Types that Shopify lists or that products have, without an answer. */
async function countOpenTypes(tx: Tx, shopId: number, connection: Connection): Promise<number> {
  const capabilities = capabilitiesOf(connection);
  if (!offeredMappingKinds(capabilities).includes('product-type')) return 0;
  const listed = (await listMappingRows(tx, shopId, connection.id, 'product-type'))
    .filter(({ value, mapping }) => value !== '' && mapping === null)
    .map(({ value }) => value);
  return new Set([...listed, ...(await openTypes(tx, shopId, connection.id, capabilities))]).size;
}

async function countMethods(tx: Tx, shopId: number, connection: Connection): Promise<{ mapped: number; unmapped: number }> {
  const offered = offeredMappingKinds(capabilitiesOf(connection));
  let [mapped, unmapped] = [0, 0];
  for (const kind of (['shipping', 'payment'] as const).filter((one) => offered.includes(one))) {
    const rows = await listMappingRows(tx, shopId, connection.id, kind);
    mapped += rows.filter(({ mapping }) => mapping !== null).length;
    unmapped += rows.filter(({ mapping }) => mapping === null).length;
  }
  return { mapped, unmapped };
}

/** How far setting up has come, for one connection. */
export async function readSetup(tx: Tx, shopId: number, connectionId: string | null): Promise<SetupState> {
  const connection = connectionId ? await tx.connection.findUnique({ where: { shopId_id: { shopId, id: connectionId } } }) : null;
  if (!connection || !connectionId) return nothing;
  const locationsMapped = await tx.locationLink.count({ where: { shopId, connectionId } });
  const [open] = await tx.$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM location o WHERE o.shop_id = ${shopId} AND o.active AND o.service_name IS NULL
      AND NOT EXISTS (SELECT 1 FROM location_link k WHERE k.shop_id = o.shop_id AND k.location_id = o.id)`;
  const { mapped, unmapped } = await countMethods(tx, shopId, connection);
  const syncs = await tx.sync.findMany({
    where: { shopId, connectionId, enabledAt: { not: null } },
    select: { kind: true, enabledAt: true },
  });
  const since = syncs.find(({ kind }) => kind === 'orders')?.enabledAt;
  return {
    connected: true,
    tested: (connection.health as { ok?: boolean } | null)?.ok === true,
    typesOpen: await countOpenTypes(tx, shopId, connection),
    locationsMapped,
    locationsUnmapped: open?.n ?? 0,
    methodsMapped: mapped,
    methodsUnmapped: unmapped,
    started: syncs.map(({ kind }) => kind as SyncKind),
    testOrder: since ? await furthestOrder(tx, shopId, connectionId, since) : null,
  };
}
