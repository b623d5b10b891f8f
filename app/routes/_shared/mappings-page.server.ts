import { capabilitiesOf } from '../../connections/known-connectors.ts';
import { openConnection } from '../../connections/open-connection.ts';
import { readSync } from '../../connections/syncs.ts';
import { offeredMappingKinds, type MappingKind, type MirroredMapping } from '../../connectors/contract/index.ts';
import { inShop, type Tx } from '../../db/scope.ts';
import { takesRules } from '../../mappings/kinds.ts';
import { listMappingRows, mappingCoverage } from '../../mappings/mapping-store.ts';
import type { ConnectionRow } from './page.server.ts';

const mirroredKinds: Partial<Record<MappingKind, MirroredMapping['kind']>> = {
  shipping: 'shipping-method',
  payment: 'payment-method',
  channel: 'channel',
  'product-type': 'product-type',
};

/** Codes are thousands in some shops; the file holds all of them. */
const ROWS_SHOWN = 500;

export const kindsFor = (connection: ConnectionRow): MappingKind[] => offeredMappingKinds(capabilitiesOf(connection));

/** A back office that keeps mappings too, for the card that says so; null where it doesn't. */
export async function readMirror(shopId: number, connection: ConnectionRow) {
  if (connection.state !== 'active') return null;
  // Settings that are no longer valid are shown with the connection.
  const live = await openConnection(shopId, connection.id).catch(() => null);
  if (!live?.connector.mirror) return null;
  const failure = connection.registration?.mappings ?? null;
  return {
    connectionId: connection.id,
    name: live.definition.label,
    failure: failure && { ...failure, connector: connection.connector },
  };
}

async function refusals(tx: Tx, shopId: number, connectionId: string, kind: MappingKind): Promise<Map<string, string>> {
  const mirrored = mirroredKinds[kind];
  if (!mirrored) return new Map();
  const rows = await tx.mirroredMapping.findMany({ where: { shopId, connectionId, kind: mirrored, refused: { not: null } } });
  return new Map(rows.map(({ source, refused }) => [source, refused ?? '']));
}

/** The rows of the page, with how much of the last orders they answer. */
export async function readMappings(shopId: number, connection: ConnectionRow, kind: MappingKind) {
  const kinds = mirroredKinds[kind];
  const page = await inShop(shopId, async (tx) => {
    const { enabledAt } = await readSync(tx, shopId, connection.id, 'orders');
    const refused = await refusals(tx, shopId, connection.id, kind);
    const rows = await listMappingRows(tx, shopId, connection.id, kind);
    return {
      total: rows.length,
      rows: rows.slice(0, ROWS_SHOWN).map(({ firstSeenAt, lastSeenAt: _last, ...row }) => ({
        ...row,
        isNew: row.mapping === null && enabledAt !== null && firstSeenAt !== null && firstSeenAt > enabledAt,
        refused: refused.get(row.value) ?? null,
      })),
      coverage: !takesRules(kind) ? null : await mappingCoverage(tx, shopId, connection.id, kind),
    };
  });
  const mirror = kinds ? await readMirror(shopId, connection) : null;
  return { ...page, mirror: mirror && kinds ? { ...mirror, kinds: [kinds] } : null };
}
