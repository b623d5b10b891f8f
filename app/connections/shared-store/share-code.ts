import { randomInt } from 'node:crypto';
import { now, nowMs } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { RejectedError } from '../../core/errors.ts';
import { inShop, inSystem, type Tx } from '../../db/scope.ts';
import { appItself, type Actor } from '../../people/actor.ts';
import { audit } from '../../people/audit.ts';
import { findConnection } from '../connections.ts';
import { openConnection } from '../open-connection.ts';
import { readSharing, stockKeyOf } from './sharing.ts';

/** How long a code can be entered, and then answered. */
const VALID_MS = 24 * 3_600_000;
// Without what is easily mistaken for something else.
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A refusal that the page shows, at its field where it has one. */
export const refused = (code: string, text: string, params: Record<string, string> = {}, field?: string) =>
  new RejectedError(code, text, { params, ...(field ? { field } : {}) });

const newCode = (): string =>
  Array.from(
    { length: 12 },
    (_, index) => (index % 4 === 0 && index > 0 ? '-' : '') + LETTERS.charAt(randomInt(LETTERS.length)),
  ).join('');

const hashOf = (code: string): string => sha256(`share ${code.toUpperCase().replace(/[^A-Z0-9]/g, '')}`);

/** A connection with what its store's stock is told by; refused where that can't be shared. */
async function sharable(shopId: number, connectionId: string) {
  const live = await openConnection(shopId, connectionId);
  const { definition, settings, storeId } = live;
  if (!definition.sharedStock)
    throw refused('share-not-offered', `${definition.label} stores can't be shared`, { backOffice: definition.label });
  const stockKey = stockKeyOf(definition, settings);
  if (stockKey === undefined)
    throw refused('share-store-untold', 'The settings do not tell whose stock it is', { backOffice: definition.label });
  return { live, stockKey, storeId };
}

/** The name of a connection's store for people: the back office's, else its id, else the connection's own. */
async function storeNameOf({ live, storeId }: Awaited<ReturnType<typeof sharable>>): Promise<string> {
  if (storeId === null) return live.name;
  const stores = await live.connector.stores?.list();
  return stores?.find(({ id }) => id === storeId)?.name ?? storeId;
}

/**
 * Makes a code with which another shop can ask to share this connection's store. It is shown once, works once and for a day; an earlier one that nobody
 * entered ends. Throws RejectedError where the store can't be shared, none is chosen, or the shop itself only links to somebody else's.
 */
export async function makeShareCode(
  shopId: number,
  actor: Actor,
  connectionId: string,
): Promise<{ code: string; expiresAt: Date }> {
  const found = await sharable(shopId, connectionId);
  const { live, stockKey, storeId } = found;
  if (storeId === null && (live.definition.sharedStock === 'joining' || live.definition.store?.required))
    throw refused('share-store-missing', 'No store is chosen');
  const storeName = await storeNameOf(found);
  const code = newCode();
  const expiresAt = new Date(nowMs() + VALID_MS);
  await inShop(shopId, async (tx) => {
    const own = await readSharing(tx, shopId, connectionId);
    if (own && !own.imports) throw refused('share-only-importer', 'Only the shop that imports products can invite others');
    await tx.stockPoolCode.updateMany({ where: { shopId, connectionId, state: 'open' }, data: { state: 'revoked' } });
    await tx.stockPoolCode.create({
      data: {
        shopId,
        connectionId,
        hash: hashOf(code),
        stockKey,
        storeId,
        storeName,
        madeBy: actor.userName,
        madeAt: now(),
        expiresAt,
      },
    });
    await audit(tx, shopId, actor, {
      action: 'share-code-made',
      subject: `connection ${live.name}`,
      connectionId,
      after: { storeName },
    });
  });
  return { code, expiresAt };
}

/** Ends a code that nobody entered or nobody answered yet. */
export async function revokeShareCode(shopId: number, actor: Actor, connectionId: string): Promise<void> {
  await inSystem('shared-stores', async (tx) => {
    const { name } = await findConnection(tx, shopId, connectionId);
    const open = await tx.stockPoolCode.findMany({ where: { shopId, connectionId, state: { in: ['open', 'asked'] } } });
    for (const code of open) {
      await endAsk(tx, code, 'revoked');
      await audit(tx, shopId, actor, { action: 'share-code-revoked', subject: `connection ${name}`, connectionId });
      if (code.askerShopId !== null && code.askerConnectionId)
        await auditAsker(tx, { shopId: code.askerShopId, connectionId: code.askerConnectionId }, 'share-refused');
    }
  });
}

/** What is left of an answered invitation says nothing of who asked. */
export async function endAsk(tx: Tx, { shopId, id }: { shopId: number; id: string }, state: string): Promise<void> {
  await tx.stockPoolCode.update({
    where: { shopId_id: { shopId, id } },
    data: { state, askerShopId: null, askerConnectionId: null, askerName: null, askedAt: null },
  });
}

/** Writes down, for whoever entered a code, what became of it. */
export async function auditAsker(
  tx: Tx,
  { shopId, connectionId }: { shopId: number; connectionId: string },
  action: string,
): Promise<void> {
  const connection = await tx.connection.findUnique({
    where: { shopId_id: { shopId, id: connectionId } },
    select: { name: true },
  });
  if (connection) await audit(tx, shopId, appItself, { action, subject: `connection ${connection.name}`, connectionId });
}

async function shopName(tx: Tx, shopId: number): Promise<string> {
  const { name, domain } = await tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { name: true, domain: true } });
  return name ? `${name} (${domain})` : domain;
}

/**
 * Enters another shop's code: it is asked whether this connection may share its store, and is shown this shop's name. Throws RejectedError at the
 * field `code` where the code isn't known, or not any more, or belongs to a store whose stock isn't the one that this connection counts.
 */
export async function enterShareCode(shopId: number, actor: Actor, connectionId: string, code: string): Promise<void> {
  const { live, stockKey } = await sharable(shopId, connectionId);
  const wrong = (reason: string, text: string) => refused(reason, text, {}, 'code');
  await inSystem('shared-stores', async (tx) => {
    if (await readSharing(tx, shopId, connectionId)) throw wrong('share-already', 'This connection shares a store already');
    const [row] = await tx.$queryRaw<{ shop_id: number; id: string; connection_id: string; stock_key: string | null }[]>`
      SELECT shop_id, id, connection_id, stock_key FROM stock_pool_code
      WHERE hash = ${hashOf(code)} AND state = 'open' AND expires_at > ${now()} FOR UPDATE`;
    const maker =
      row && (await tx.connection.findUnique({ where: { shopId_id: { shopId: row.shop_id, id: row.connection_id } } }));
    if (!row || !maker) throw wrong('share-code-unknown', 'Nobody has made this code, or it is over');
    if (row.shop_id === shopId) throw wrong('share-code-own', 'This shop made the code itself');
    if (maker.connector !== live.definition.id || row.stock_key !== stockKey)
      throw wrong('share-other-store', 'The two connections do not count the same stock');
    const sides = { askerShopId: shopId, askerConnectionId: connectionId };
    // One question at a time.
    await tx.stockPoolCode.updateMany({
      where: { ...sides, state: 'asked' },
      data: { state: 'revoked', askerShopId: null, askerConnectionId: null, askerName: null, askedAt: null },
    });
    const askerName = await shopName(tx, shopId);
    await tx.stockPoolCode.update({
      where: { shopId_id: { shopId: row.shop_id, id: row.id } },
      data: { ...sides, state: 'asked', askerName, askedAt: now(), expiresAt: new Date(nowMs() + VALID_MS) },
    });
    await audit(tx, shopId, actor, { action: 'share-asked', subject: `connection ${live.name}`, connectionId });
    await audit(tx, row.shop_id, appItself, {
      action: 'share-asked-by',
      subject: `connection ${maker.name}`,
      connectionId: maker.id,
      after: { shop: askerName },
    });
  });
}
