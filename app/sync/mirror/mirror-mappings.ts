import { now } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { legacyIdOf } from '../../core/gid.ts';
import { logger } from '../../core/logger.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { MirroredMapping } from '../../connectors/contract/index.ts';
import { loadMappings } from '../../mappings/mapping-store.ts';
import type { MappingRule } from '../../mappings/resolve.ts';

type Kind = MirroredMapping['kind'];

const keyOf = ({ kind, source }: Pick<MirroredMapping, 'kind' | 'source'>): string => `${kind} ${source}`;

/** What of our mappings a back office that keeps them should hold: exact ones (it has no rules), and where each location leads. */
async function wantedMappings(tx: Tx, live: LiveConnection): Promise<MirroredMapping[]> {
  const shopId = live.shop.id;
  const { rules } = await loadMappings(tx, shopId, live.id);
  const links = await tx.locationLink.findMany({ where: { shopId, connectionId: live.id }, orderBy: { locationId: 'asc' } });
  const exact = <Rule extends MappingRule>(list: readonly Rule[]) =>
    list.filter(({ match, source }) => match === 'exact' && source);
  const plain = (kind: Kind, source: string, target: string | null): MirroredMapping[] =>
    target === null ? [] : [{ kind, source, target, carrier: null }];
  return [
    ...links.flatMap(({ locationId, facilityId }) => plain('location', legacyIdOf(locationId), facilityId)),
    ...exact(rules.shipping).flatMap(({ source, target }): MirroredMapping[] =>
      target.method === null ? [] : [{ kind: 'shipping-method', source, target: target.method, carrier: target.carrier }],
    ),
    ...exact(rules.payment).flatMap(({ source, target }) => plain('payment-method', source, target.method)),
    ...exact(rules.channel).flatMap(({ source, target }) => plain('channel', source, target.value)),
    ...exact(rules['product-type']).flatMap(({ source, target }) => plain('product-type', source, target.value)),
  ];
}

async function readWritten(tx: Tx, live: LiveConnection): Promise<(MirroredMapping & { refused: string | null })[]> {
  const rows = await tx.mirroredMapping.findMany({ where: { shopId: live.shop.id, connectionId: live.id } });
  return rows.map(({ kind, source, target, carrier, refused }) => ({ kind: kind as Kind, source, target, carrier, refused }));
}

/** Why nothing could be written at all (a missing right); kept with the connection's registration and shown with the mappings. */
async function noteFailure(live: LiveConnection, failure: { code: string; params: object } | null): Promise<void> {
  await inShop(
    live.shop.id,
    (tx) => tx.$executeRaw`
      UPDATE connection SET registration = coalesce(nullif(registration, 'null'::jsonb), '{}'::jsonb) || jsonb_build_object('mappings', ${JSON.stringify(failure)}::jsonb)
      WHERE shop_id = ${live.shop.id} AND id = ${live.id}::uuid`,
  );
}

/**
 * Writes to the back office what of our mappings and location links it doesn't hold yet, and retires there what was removed here; what doesn't
 * stick is kept with the back office's own words. What people made there is never touched: only what we wrote is retired. Repeated at will.
 */
export async function mirrorMappings(live: LiveConnection): Promise<void> {
  const { mirror } = live.connector;
  if (!mirror || live.state === 'deactivated' || live.access === 'none' || live.dryRun) return;
  const shopId = live.shop.id;
  const { wanted, written } = await inShop(shopId, async (tx) => ({
    wanted: await wantedMappings(tx, live),
    written: await readWritten(tx, live),
  }));
  const had = new Map(written.map((one) => [keyOf(one), one]));
  const keys = new Set(wanted.map(keyOf));
  const changed = wanted.filter((one) => {
    const before = had.get(keyOf(one));
    return !before || before.refused !== null || before.target !== one.target || before.carrier !== one.carrier;
  });
  const retired = written
    .filter((one) => !keys.has(keyOf(one)))
    .map(({ kind, source }): MirroredMapping => ({ kind, source, target: null, carrier: null }));
  const all = [...retired, ...changed];
  let refused: Awaited<ReturnType<typeof mirror.write>> = [];
  try {
    if (all.length > 0) refused = await mirror.write(all);
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.kind === 'transient') throw error;
    logger.warn({ error, connection: live.id }, 'The back office took no mappings');
    await noteFailure(live, { code: error.code, params: error.params });
    return;
  }
  const words = new Map(refused.map(({ mapping, vendorText }) => [keyOf(mapping), vendorText]));
  await inShop(shopId, async (tx) => {
    for (const one of all) {
      const key = { shopId, connectionId: live.id, kind: one.kind, source: one.source };
      const data = { target: one.target, carrier: one.carrier, refused: words.get(keyOf(one)) ?? null, writtenAt: now() };
      if (one.target === null && data.refused === null) await tx.mirroredMapping.deleteMany({ where: key });
      else
        await tx.mirroredMapping.upsert({
          where: { shopId_connectionId_kind_source: key },
          create: { ...key, ...data },
          update: data,
        });
    }
  });
  await noteFailure(live, null);
}
