import { z } from 'zod';
import { RejectedError } from '../../core/errors.ts';
import { formatDecimal } from '../../core/money.ts';
import type { ChangeVerdict, RemoteOrder, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { comesToTotal, itemsLeft, itemsToCancel, lineKey, misplacedGroups, type GroupPlace } from './amendment.ts';
import { orderLevels } from './assumptions.ts';
import { sameContact } from './contact-lookup.ts';
import { addressContacts, makeAddress, makeContact, phoneContact } from './contacts.ts';
import { itemsOf, stateOf } from './order-state.ts';
import { skusOf } from './product-lookup.ts';
import type { OrderDetail, OrderToChange } from './wire.ts';
import * as wire from './wire.ts';

const path = '/oms/orders';
const kept = 'placed';
/** Where an amendment of ours put lines, by line. */
const placedLines = z.record(z.string(), z.string());

interface Reading {
  read(remoteId: string): Promise<OrderDetail>;
  asRemote(detail: OrderDetail, reference: string): Promise<RemoteOrder>;
}

/** Where we put each line, as far as anybody moved it since: by what we remember, else by the first move that HotWax knows of. */
async function placesGiven({ client, context }: Account, row: OrderToChange, skuOf: ReadonlyMap<string, string>) {
  const ours = placedLines.safeParse(await context.records.get(kept, row.orderId)).data ?? {};
  const changes = await client.list(`${path}/${encodeURIComponent(row.orderId)}/facilityChange`, wire.facilityChange);
  const given = new Map<string, string | null>();
  const inTime = [...changes].sort((a, b) => (b.changeDatetime ?? 0) - (a.changeDatetime ?? 0));
  const keyOf = new Map(
    itemsOf(row).map((item) => [item.orderItemSeqId, lineKey(item.externalId, skuOf.get(item.productId ?? '') ?? '')]),
  );
  for (const { orderItemSeqId, fromFacilityId } of inTime) given.set(keyOf.get(orderItemSeqId ?? '') ?? '', fromFacilityId);
  return { ours, given: (key: string) => ours[key] ?? given.get(key) };
}

/**
 * Follows a change in Shopify as far as HotWax's public calls go: whole lines are cancelled, ship groups get another address and, while HotWax
 * hasn't moved them itself, another facility. Anything more is too late, and then nothing at all is changed. May be repeated.
 */
export async function amendOrder(
  account: Account,
  remoteId: string,
  order: SalesOrder,
  { read, asRemote }: Reading,
): Promise<ChangeVerdict> {
  const { client, context } = account;
  const pathOf = `${path}/${encodeURIComponent(remoteId)}`;
  const before = await read(remoteId);
  const late = (text: string): ChangeVerdict => ({ verdict: 'too-late', state: stateOf(before), text });
  const over = { shipped: 'HotWax has shipped it already.', cancelled: 'It is cancelled in HotWax.' } as const;
  const state = stateOf(before);
  if (state === 'shipped' || state === 'cancelled') return late(over[state]);
  const query = { orderId: remoteId, dependentLevels: orderLevels };
  const [row] = await client.list(path, wire.orderToChange, query);
  if (!row) throw new RejectedError('hotwax-record-gone', 'HotWax has no such order', { params: { path } });
  const skuOf = await skusOf(
    account,
    itemsOf(row).map(({ productId }) => productId),
  );

  const cancelled = itemsToCancel(row, order, skuOf);
  if (typeof cancelled === 'string') return late(cancelled);
  if (cancelled.length > 0 && !comesToTotal(row, cancelled, order))
    return late('HotWax takes no new amounts: what is left would not come to the total.');

  const begun = new Set(
    before.shipGroups
      .filter(({ shipmentStatusId, picklistId }) => shipmentStatusId !== null || picklistId !== null)
      .map(({ shipGroupSeqId }) => shipGroupSeqId),
  );
  const moves = await movesFor(account, row, misplacedGroups(row, cancelled, order, skuOf), skuOf, begun);
  if (typeof moves === 'string') return late(moves);
  const addresses = await addressChanges(account, row, order);
  const openGroups = new Set(itemsLeft(row, cancelled).map(({ shipGroupSeqId }) => shipGroupSeqId));
  const readdressed = addresses.groups.filter((seq) => openGroups.has(seq));
  if (readdressed.some((seq) => begun.has(seq))) return late('HotWax is packing it for the address that it had.');

  // First what HotWax may refuse.
  if (cancelled.length > 0) {
    const why = { reason: 'OTHER', comment: 'Removed in Shopify' };
    const items = cancelled.map(({ orderItemSeqId, shipGroupSeqId }) => ({ orderItemSeqId, shipGroupSeqId, ...why }));
    try {
      await client.write('POST', `${pathOf}/items/cancel`, { items }, wire.anything);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      return late(error.vendorText);
    }
  }
  const grandTotal = Number(formatDecimal(order.total));
  if (before.grandTotal !== grandTotal && comesToTotal(row, cancelled, order))
    await client.write('PUT', pathOf, { orderId: remoteId, grandTotal }, wire.anything);
  const putGroup = (seq: string, body: object) =>
    client.write('PUT', `${pathOf}/shipGroups/${encodeURIComponent(seq)}`, body, wire.anything);
  for (const { shipGroupSeqId, wanted } of moves.groups) await putGroup(shipGroupSeqId, { facilityId: wanted });
  if (moves.groups.length > 0) await context.records.put(kept, remoteId, moves.placed);
  if (readdressed.length > 0) {
    const body = await addresses.make();
    for (const seq of readdressed) await putGroup(seq, body);
  }
  return { verdict: 'accepted', order: await asRemote(await read(remoteId), order.reference) };
}

/**
 * The ship groups that Shopify moved, and where our lines stand then. One that only HotWax moved stays where it is: HotWax decides who ships. A
 * sentence where Shopify moved one and it can't follow.
 */
async function movesFor(
  account: Account,
  row: OrderToChange,
  misplaced: readonly GroupPlace[],
  skuOf: ReadonlyMap<string, string>,
  begun: ReadonlySet<string>,
): Promise<{ groups: GroupPlace[]; placed: Record<string, string> } | string> {
  if (misplaced.length === 0) return { groups: [], placed: {} };
  const { ours, given } = await placesGiven(account, row, skuOf);
  const groups: GroupPlace[] = [];
  const placed = { ...ours };
  for (const group of misplaced) {
    const { keys, wanted, facilityId, shipGroupSeqId } = group;
    if (wanted === null) return 'HotWax moves ship groups as a whole only.';
    if (keys.every((key) => given(key) === wanted)) continue;
    const movedThere = keys.some((key) => (given(key) ?? facilityId) !== facilityId);
    if (movedThere) return `HotWax has given it to ${facilityId ?? '?'} meanwhile.`;
    if (begun.has(shipGroupSeqId)) return `${facilityId ?? 'HotWax'} has begun with it.`;
    groups.push(group);
    for (const key of keys) placed[key] = wanted;
  }
  return { groups, placed };
}

/** The ship groups whose address or telephone number isn't the order's any more, and what makes the new ones. */
async function addressChanges(account: Account, row: OrderToChange, { shipTo }: SalesOrder) {
  const partyId = row.roles.find(({ roleTypeId }) => roleTypeId === 'SHIP_TO_CUSTOMER')?.partyId;
  if (!shipTo || partyId === undefined) return { groups: [], make: () => Promise.resolve({}) };
  const address = addressContacts(shipTo, 'SHIPPING_LOCATION');
  const phone = shipTo.phone ? phoneContact(shipTo.phone) : null;
  const same = new Map<string, Promise<boolean>>();
  const isSame = (id: string | null, contacts: typeof address) => {
    if (id === null) return false;
    const known = same.get(id) ?? sameContact(account, id, contacts);
    same.set(id, known);
    return known;
  };
  const groups: string[] = [];
  for (const { shipGroupSeqId, contactMechId, telecomContactMechId } of row.shipGroups) {
    const kept = (await isSame(contactMechId, address)) && (!phone || (await isSame(telecomContactMechId, [phone])));
    if (!kept) groups.push(shipGroupSeqId);
  }
  return {
    groups,
    make: async () => ({
      contactMechId: await makeAddress(address, (one) => makeContact(account, partyId, one)),
      ...(phone ? { telecomContactMechId: await makeContact(account, partyId, phone) } : {}),
    }),
  };
}
