import type { ConnectionRecord } from '@prisma/client';
import { logger } from '../core/logger.ts';
import { inShop } from '../db/scope.ts';
import { vault } from '../db/vault.ts';
import type { PersonInQuestion } from '../privacy/personal-data-holders.ts';
import { recordContext } from './connection-records.ts';

const PAGE = 200;

interface SealedRecord {
  connectionId: string;
  kind: string;
  key: string;
  version: number;
  sealed: Uint8Array;
}

/** Every document of the shop's connections, page by page: some connectors lay whole orders out there until they are fetched. */
async function* sealedRecords(shopId: number): AsyncGenerator<SealedRecord> {
  let after: Pick<SealedRecord, 'connectionId' | 'kind' | 'key'> | null = null;
  for (;;) {
    const rows: ConnectionRecord[] = await inShop(shopId, (tx) =>
      tx.connectionRecord.findMany({
        where: { shopId },
        orderBy: [{ connectionId: 'asc' }, { kind: 'asc' }, { key: 'asc' }],
        take: PAGE,
        ...(after ? { cursor: { shopId_connectionId_kind_key: { shopId, ...after } }, skip: 1 } : {}),
      }),
    );
    for (const { connectionId, kind, key, sealed } of rows) yield { connectionId, kind, key, version: sealed[0] ?? 0, sealed };
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = { connectionId: last.connectionId, kind: last.kind, key: last.key };
  }
}

const open = (shopId: number, { connectionId, kind, key, sealed }: SealedRecord): string =>
  vault().open(sealed, recordContext(shopId, connectionId, kind, key));

/** As `open`; null where the key that had sealed it is gone: nobody can read it any more, and it must not keep the others. */
function openIfPossible(shopId: number, record: SealedRecord): string | null {
  try {
    return open(shopId, record);
  } catch (error) {
    const { connectionId, kind, version } = record;
    logger.error({ error, shopId, connectionId, kind, keyVersion: version }, 'A document of a connection can not be opened');
    return null;
  }
}

/** Seals the shop's documents anew that an older key had sealed; answers how many. For the rotation of keys. */
export async function resealRecords(shopId: number): Promise<number> {
  let resealed = 0;
  for await (const record of sealedRecords(shopId)) {
    const { connectionId, kind, key, version } = record;
    if (version === vault().currentVersion) continue;
    const sealed = vault().seal(open(shopId, record), recordContext(shopId, connectionId, kind, key));
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

/** Forgets the documents that are about one customer; answers how many. One that can't be opened any more is told by its key alone. */
export async function redactRecords(shopId: number, person: PersonInQuestion): Promise<number> {
  const about = await matcher(shopId, person);
  if (!about) return 0;
  let removed = 0;
  for await (const record of sealedRecords(shopId)) {
    const { connectionId, kind, key } = record;
    if (!about.test(key) && !about.test(openIfPossible(shopId, record) ?? '')) continue;
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
  for await (const record of sealedRecords(shopId)) {
    const { kind, key } = record;
    const text = openIfPossible(shopId, record);
    if (about.test(text ?? '') || about.test(key)) found.push({ kind, key, body: JSON.parse(text ?? 'null') as unknown });
  }
  return found;
}
