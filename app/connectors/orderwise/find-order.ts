import { NeedsMerchantError } from '../../core/errors.ts';
import type { RemoteOrder, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { lookBackMs, queuedTooLongMs } from './assumptions.ts';
import { demandColumns } from './export-rows.ts';
import { exportPlan, rowsSince } from './exports.ts';
import { orderMemory, remembranceOf, type OrderMemory } from './order-memory.ts';
import { isPartial, partsUnknown, stateOf } from './status-words.ts';
import * as wire from './wire.ts';

const exportKind = 'export';

/** Whether the status export tells lines is noted at each reading: an order that is read alone needs to know. */
export const noteLines = ({ context }: Account, told: boolean): Promise<void> =>
  context.records.put(exportKind, 'status', { lines: told });

async function linesTold({ context }: Account): Promise<boolean> {
  const noted = (await context.records.get(exportKind, 'status')) as { lines?: boolean } | null;
  return noted?.lines ?? false;
}

/** The id that OrderWise gave an order with our reference after a moment; null where there is none. Asks the status export. */
async function idByReference(
  account: Account,
  reference: string,
  after: number,
): Promise<{ id: string; number: string | null } | null> {
  const plan = exportPlan(account, 'status');
  if (!plan) {
    throw new NeedsMerchantError('orderwise-cannot-look-up', 'Without a status export nobody can say whether the order arrived', {
      params: { reference },
    });
  }
  const rows = await rowsSince(account, plan, after);
  demandColumns(rows, ['orderId', 'reference'], plan.id);
  const ids = rows
    .filter((row) => row.text('reference') === reference)
    .flatMap((row) => {
      const id = row.text('orderId');
      return id === null ? [] : [{ id, number: row.text('orderNumber') }];
    })
    .sort((one, other) => Number(one.id) - Number(other.id));
  return ids[0] ?? null;
}

/** An order that OrderWise took for a later import: it counts as sent once it is there. */
export const queuedOrder = (memory: OrderMemory, now: number): RemoteOrder => ({
  remoteId: memory.reference,
  remoteNumber: null,
  reference: memory.reference,
  state: 'offered',
  lines: memory.lines,
  total: memory.total,
  facilityId: memory.lines[0]?.facilityId ?? null,
  url: null,
  ...(now - memory.attemptedAt > queuedTooLongMs
    ? { trouble: 'OrderWise accepted the order, but has not imported it. Look at the log of its E-Commerce Session.' }
    : {}),
});

/** An order whose id is known, as it stands now. Null where OrderWise has it no more. */
async function readOrder(account: Account, memory: OrderMemory & { remoteId: string }): Promise<RemoteOrder | null> {
  const found = await account.client.get(`/sales/order/${memory.remoteId}/status`, wire.orderStatus, {
    include_lines: 'false',
    include_delivery: 'false',
  });
  if (!found) return null;
  const { settings } = account;
  const status = found.orderStatus ?? '';
  const unknown = isPartial(status, settings) && !(await linesTold(account));
  return {
    remoteId: memory.remoteId,
    remoteNumber: found.orderNumber ?? memory.number,
    reference: memory.reference,
    state: stateOf(status, found.subStatus, settings),
    lines: memory.lines,
    total: memory.total,
    facilityId: memory.lines[0]?.facilityId ?? null,
    url: null,
    ...(status === '' ? {} : { vendorStatus: status }),
    trouble: unknown ? partsUnknown(status) : null,
  };
}

/** An order that was sent: by the id that OrderWise told, else by our reference in what changed since it was sent. */
export async function locate(account: Account, memory: OrderMemory): Promise<RemoteOrder | null> {
  const store = orderMemory(account.context.records);
  const { remoteId, number } = memory;
  if (remoteId !== null) return readOrder(account, { ...memory, remoteId });
  const found = await idByReference(account, memory.reference, memory.attemptedAt);
  if (!found) return memory.queued ? queuedOrder(memory, account.context.nowMs()) : null;
  const known = { ...memory, remoteId: found.id, number: found.number ?? number, queued: false };
  await store.put(known);
  return readOrder(account, known);
}

/**
 * An order of which nothing is remembered (memories go after 60 days, and with a database that is put back to a backup): a look far back, so that it is never
 * sent again by mistake. Found again as `order`, it is remembered as that.
 */
export async function locateForgotten(account: Account, reference: string, order?: SalesOrder): Promise<RemoteOrder | null> {
  const found = await idByReference(account, reference, account.context.nowMs() - lookBackMs);
  if (!found) return null;
  const known = {
    ...(order ? remembranceOf(order) : { reference, lines: [], total: 0 }),
    // Since then at the earliest, so that nothing that left meanwhile is overlooked.
    attemptedAt: order ? Date.parse(order.placedAt) : account.context.nowMs(),
    ...{ remoteId: found.id, number: found.number },
    ...{ queued: false, troubled: false, heard: null },
  };
  if (order) await orderMemory(account.context.records).put(known);
  return readOrder(account, known);
}
