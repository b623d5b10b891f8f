import { now } from '../core/clock.ts';
import { inShop } from '../db/scope.ts';
import { vault } from '../db/vault.ts';
import { mayBeForgotten } from '../env.server.ts';
import type { RecordStore } from '../connectors/contract/index.ts';

/** What a document is bound to when it is sealed. */
export const recordContext = (shopId: number, connectionId: string, kind: string, key: string): string =>
  `connection_record:${shopId}:${connectionId}:${kind}:${key}`;

/** The documents of one connection, each sealed and bound to its place: copied elsewhere they don't open. */
export function connectionRecords(shopId: number, connectionId: string): RecordStore {
  const contextOf = (kind: string, key: string) => recordContext(shopId, connectionId, kind, key);
  const open = (kind: string, key: string, sealed: Uint8Array): unknown => JSON.parse(vault().open(sealed, contextOf(kind, key)));
  const at = (kind: string, key: string) => ({ shopId_connectionId_kind_key: { shopId, connectionId, kind, key } });
  return {
    async put(kind, key, body) {
      const sealed = vault().seal(JSON.stringify(body), contextOf(kind, key));
      await inShop(shopId, (tx) =>
        tx.connectionRecord.upsert({
          where: at(kind, key),
          create: { shopId, connectionId, kind, key, sealed, createdAt: now(), updatedAt: now() },
          update: { sealed, updatedAt: now() },
        }),
      );
    },
    async get(kind, key) {
      const row = await inShop(shopId, (tx) => tx.connectionRecord.findUnique({ where: at(kind, key) }));
      return row ? open(kind, key, row.sealed) : null;
    },
    change(kind, key, to) {
      return inShop(shopId, async (tx) => {
        const [row] = await tx.$queryRaw<{ sealed: Uint8Array }[]>`
          SELECT sealed FROM connection_record WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND kind = ${kind} AND key = ${key} FOR UPDATE`;
        const body = row ? to(open(kind, key, row.sealed)) : null;
        if (body === null) return false;
        const sealed = vault().seal(JSON.stringify(body), contextOf(kind, key));
        await tx.connectionRecord.update({ where: at(kind, key), data: { sealed, updatedAt: now() } });
        return true;
      });
    },
    async list(kind, { limit, after }) {
      const rows = await inShop(shopId, async (tx) => {
        const last = after === undefined ? null : await tx.connectionRecord.findUnique({ where: at(kind, after) });
        const later = last
          ? { OR: [{ createdAt: { gt: last.createdAt } }, { createdAt: last.createdAt, key: { gt: last.key } }] }
          : {};
        return tx.connectionRecord.findMany({
          where: { shopId, connectionId, kind, ...later },
          orderBy: [{ createdAt: 'asc' }, { key: 'asc' }],
          take: limit,
        });
      });
      return rows.map(({ key, sealed, createdAt }) => ({ key, body: open(kind, key, sealed), createdAt: createdAt.getTime() }));
    },
    async remove(kind, keys) {
      await inShop(shopId, (tx) => tx.connectionRecord.deleteMany({ where: { shopId, connectionId, kind, key: { in: keys } } }));
    },
    mayLack: mayBeForgotten,
  };
}
