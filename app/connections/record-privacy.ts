import type { ConnectionRecord } from '@prisma/client';
import { inShop } from '../db/scope.ts';
import { vault } from '../db/vault.ts';
import type { PersonInQuestion } from '../privacy/personal-data-holders.ts';
import { recordContext } from './connection-records.ts';

const PAGE = 200;

interface OpenRecord {
  connectionId: string;
  kind: string;
  key: string;
  version: number;
  text: string;
}

/** Every document of the shop's connections, opened page by page: some connectors lay whole orders out there until they are fetched. */
async function* openRecords(shopId: number): AsyncGenerator<OpenRecord> {
  let after: Pick<OpenRecord, 'connectionId' | 'kind' | 'key'> | null = null;
  for (;;) {
    const rows: ConnectionRecord[] = await inShop(shopId, (tx) =>
      tx.connectionRecord.findMany({
        where: { shopId },
        orderBy: [{ connectionId: 'asc' }, { kind: 'asc' }, { key: 'asc' }],
        take: PAGE,
        ...(after ? { cursor: { shopId_connectionId_kind_key: { shopId, ...after } }, skip: 1 } : {}),
      }),
    );
    for (const { connectionId, kind, key, sealed } of rows) {
      const text = vault().open(sealed, recordContext(shopId, connectionId, kind, key));
      yield { connectionId, kind, key, version: sealed[0] ?? 0, text };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { connectionId: last.connectionId, kind: last.kind, key: last.key };
  }
}

/** Seals the shop's documents anew that an older key had sealed; answers how many. For the rotation of keys. */
export async function resealRecords(shopId: number): Promise<number> {
  let resealed = 0;
  for await (const { connectionId, kind, key, version, text } of openRecords(shopId)) {
    if (version === vault().currentVersion) continue;
    const sealed = vault().seal(text, recordContext(shopId, connectionId, kind, key));
    // Only if nobody wrote a newer one meanwhile: that is sealed with the new key already.
    resealed += await inShop(
      shopId,
      (tx) => tx.$executeRaw`UPDATE connection_record SET sealed = ${sealed}
        WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND kind = ${kind} AND key = ${key} AND get_byte(sealed, 0) = ${version}`,
    );
  }
  return resealed;
}

/** Documents speak of an order by Shopify's id or by our references, of a customer by Shopify's id. */
async function matcher(shopId: number, { customerId, orderIds }: PersonInQuestion): Promise<RegExp | null> {
  const parts = await inShop(shopId, (tx) =>
    tx.part.findMany({ where: { shopId, orderId: { in: orderIds } }, select: { reference: true } }),
  );
  const words = [...orderIds, ...parts.map(({ reference }) => reference), ...(customerId ? [customerId] : [])].filter(Boolean);
  if (words.length === 0) return null;
  const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`(?<![\\w#])(?:${escaped.join('|')})(?!\\w)`);
}

/** Forgets the documents that are about one customer; answers how many. */
export async function redactRecords(shopId: number, person: PersonInQuestion): Promise<number> {
  const about = await matcher(shopId, person);
  if (!about) return 0;
  let removed = 0;
  for await (const { connectionId, kind, key, text } of openRecords(shopId)) {
    if (!about.test(text) && !about.test(key)) continue;
    removed += (await inShop(shopId, (tx) => tx.connectionRecord.deleteMany({ where: { shopId, connectionId, kind, key } })))
      .count;
  }
  return removed;
}

/** The documents that are about one customer, for a data request. */
export async function recordsOfPerson(shopId: number, person: PersonInQuestion): Promise<unknown[]> {
  const about = await matcher(shopId, person);
  const found: unknown[] = [];
  if (!about) return found;
  for await (const { kind, key, text } of openRecords(shopId))
    if (about.test(text) || about.test(key)) found.push({ kind, key, body: JSON.parse(text) as unknown });
  return found;
}
