import type { Change } from '../core/world.ts';
import { gid } from '../core/gid.ts';
import { Refused } from '../core/user-error.ts';
import { foLines } from './order-status.ts';
import { type FulfillmentOrderRow, type HoldRow } from './rows.ts';
import {
  anyShipped,
  AWAITING_SERVICE,
  fulfillmentOrder,
  isDone,
  splitOff,
  updateFulfillmentOrder,
  type Portion,
} from './fulfillment-orders.ts';

const MAX_HOLDS_PER_APP = 10;

/** Puts a hold on a fulfilment order; on a part of it, the rest becomes a fulfilment order of its own. */
export function hold(
  change: Change,
  fo: FulfillmentOrderRow,
  {
    handle,
    reason,
    notes,
    externalId,
    portions,
    byApp,
  }: {
    handle: string;
    reason: string;
    notes: string | null;
    externalId: string | null;
    portions: Portion[] | undefined;
    byApp: boolean;
  },
): { holdId: number; remainingId: number | null } {
  const { state } = change;
  if (isDone(fo) || fo.status === 'SCHEDULED' || AWAITING_SERVICE.includes(fo.request_status)) {
    throw new Refused(`The fulfillment order cannot be put on hold while it is ${fo.status.toLowerCase()}.`, { field: ['id'] });
  }
  const own = state.all<HoldRow>('SELECT * FROM holds WHERE fo_id = ? AND by_app = ?', fo.id, byApp ? 1 : 0);
  if (byApp && own.length >= MAX_HOLDS_PER_APP) {
    throw new Refused('The maximum number of fulfillment holds for this fulfillment order has been reached for this app.', {
      field: ['id'],
      code: 'FULFILLMENT_ORDER_HOLD_LIMIT_REACHED',
    });
  }
  if (own.some((other) => other.handle === handle)) {
    throw new Refused(
      'The handle provided for the fulfillment hold is already in use by this app for another hold on this fulfillment order.',
      {
        field: ['fulfillmentHold', 'handle'],
        code: 'DUPLICATE_FULFILLMENT_HOLD_HANDLE',
      },
    );
  }
  let remainingId: number | null = null;
  if (portions) {
    if (fo.status === 'ON_HOLD')
      throw new Refused('The fulfillment order is not splittable.', { field: ['id'], code: 'FULFILLMENT_ORDER_NOT_SPLITTABLE' });
    const rest = foLines(state, fo.id).flatMap((line) => {
      const held = portions.find((portion) => portion.foLineId === line.id)?.quantity ?? 0;
      return line.remaining - held > 0 ? [{ foLineId: line.id, quantity: line.remaining - held }] : [];
    });
    if (rest.length > 0) remainingId = splitOff(change, fo, rest, fo.location_id);
  }
  const { lastId } = state.run(
    'INSERT INTO holds (fo_id, handle, reason, notes, external_id, by_app) VALUES (?,?,?,?,?,?)',
    fo.id,
    handle,
    reason,
    notes,
    externalId,
    byApp ? 1 : 0,
  );
  const first = fo.status !== 'ON_HOLD';
  updateFulfillmentOrder(change, fo.id, { status: 'ON_HOLD' });
  const topic = {
    fulfillment_order: { id: gid('FulfillmentOrder', fo.id), status: 'on_hold' },
    created_fulfillment_hold: { id: gid('FulfillmentHold', lastId), reason: reason.toLowerCase() },
  };
  if (first) change.tell('fulfillment_orders/placed_on_hold', () => topic);
  return { holdId: lastId, remainingId };
}

/** As a merchant does in the admin; a fulfilment order that can't be held (already shipped) is left alone. */
export function holdByMerchant(change: Change, foId: number, reason: string, notes: string | null): void {
  const fo = fulfillmentOrder(change, foId);
  if (isDone(fo) || fo.status === 'SCHEDULED') return;
  hold(change, fo, {
    handle: `merchant-${change.state.get<{ n: number }>('SELECT count(*) AS n FROM holds')?.n ?? 0}`,
    reason,
    notes,
    externalId: null,
    portions: undefined,
    byApp: false,
  });
}

/** Releases the given holds, or all of them; the fulfilment order opens when none is left. */
export function releaseHolds(change: Change, fo: FulfillmentOrderRow, holdIds: readonly number[] | undefined): void {
  const { state } = change;
  const holds = state.all<HoldRow>('SELECT * FROM holds WHERE fo_id = ?', fo.id);
  if (holds.length === 0) throw new Refused('The fulfillment order is not on hold.', { field: ['id'] });
  const unknown = holdIds?.find((id) => !holds.some((other) => other.id === id));
  if (unknown !== undefined)
    throw new Refused('The fulfillment hold does not exist on this fulfillment order.', {
      field: ['holdIds'],
      code: 'INVALID_ACCESS',
    });
  for (const { id } of holds)
    if (!holdIds || holdIds.length === 0 || holdIds.includes(id)) state.run('DELETE FROM holds WHERE id = ?', id);
  const left = state.get<{ n: number }>('SELECT count(*) AS n FROM holds WHERE fo_id = ?', fo.id)?.n ?? 0;
  updateFulfillmentOrder(change, fo.id, left === 0 ? { status: anyShipped(state, fo.id) ? 'IN_PROGRESS' : 'OPEN' } : {});
  if (left === 0)
    change.tell('fulfillment_orders/hold_released', () => ({
      fulfillment_order: { id: gid('FulfillmentOrder', fo.id), status: 'open' },
    }));
}
