import { NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import type { ExpectedReturn, ReturnsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { announcedReturn, overlapMs, pageRows, receivedReturnStates } from './assumptions.ts';
import { lineIdOf } from './order-state.ts';
import { returnedAtOf, returnsOf } from './convert-shipment.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { everyRow } from './every-row.ts';
import { tailOf } from './ids.ts';
import { orderReader, type KnownOrder } from './order-read.ts';
import * as wire from './wire.ts';

const path = '/oms/returns';
const idOf = ({ returnId }: wire.ReturnRow) => returnId;

/** HotWax's reasons are a short list of its own; other words go into the comment. */
const reasonOf = (reason: string | null) => (reason && /^[A-Z_]{3,20}$/.test(reason) ? reason : 'UNKNOWN');

/** The items of an announced return as `createReturn` takes them. */
function itemsOf({ lines, orderReference }: ExpectedReturn, { row, items }: KnownOrder) {
  return lines.flatMap(({ lineId, sku, quantity, reason }) => {
    const item = items.find(({ externalId }) => lineIdOf(externalId) === lineId);
    if (!item) return [];
    return [
      {
        idType: 'SKU',
        idValue: sku,
        itemTypeId: 'PRODUCT_ORDER_ITEM',
        status: announcedReturn,
        orderId: row.orderId,
        orderExternalId: row.externalId ?? '',
        orderName: orderReference,
        orderItemSeqId: item.orderItemSeqId,
        orderItemExternalId: item.externalId ?? '',
        quantity,
        reason: reasonOf(reason),
        ...(item.unitPrice === null ? {} : { price: item.unitPrice }),
      },
    ];
  });
}

/** What came back, and what is to be expected. `pageSize` is smaller in tests. */
export function returnsPort(account: Account, pageSize = pageRows): ReturnsPort {
  const { client, context, settings } = account;

  const announced = async (externalId: string): Promise<string | null> =>
    (await client.list(path, wire.returnRow, { externalId, dependentLevels: 1 })).find((row) => row.externalId === externalId)
      ?.returnId ?? null;

  return {
    async *pull({ since }) {
      const start = readCursor(since);
      const readOrders = orderReader(account);
      const query = {
        ...{ statusId: receivedReturnStates.join(','), statusId_op: 'in', dependentLevels: 1, orderByField: 'lastUpdatedStamp' },
        ...(start.since === null ? {} : { lastUpdatedStamp_from: Math.max(0, start.since - overlapMs) }),
      };
      let upTo = start.since;
      const cursor = (time: number | null) => writeCursor({ since: time, waiting: [] }, context.nowMs());
      for await (const rows of everyRow(client, { path, row: wire.returnRow, query, idOf, pageSize })) {
        for (const row of rows) upTo = Math.max(upTo ?? 0, returnedAtOf(row) ?? 0);
        // A release that doesn't know the filter answers others too.
        const received = rows.filter(({ statusId }) => receivedReturnStates.includes(statusId ?? ''));
        const orders = await readOrders(received.flatMap((row) => row.items.map(({ orderId }) => orderId)));
        yield { returns: received.flatMap((row) => returnsOf(row, orders, context.nowMs())), cursor: cursor(start.since) };
      }
      yield { returns: [], cursor: cursor(upTo) };
    },

    async expect(expected) {
      const externalId = tailOf(expected.shopifyReturnId);
      const before = await announced(externalId);
      if (before) return { remoteId: before };
      const known = (await orderReader(account)([expected.orderRemoteId])).get(expected.orderRemoteId);
      const items = known ? itemsOf(expected, known) : [];
      if (!known || items.length < expected.lines.length) {
        throw new RejectedError('hotwax-return-lines-unknown', 'HotWax has no such lines of the order', {
          params: { reference: expected.reference, order: expected.orderReference },
        });
      }
      const facilityId = expected.facilityId ?? known.items.find((item) => item.facilityId !== null)?.facilityId ?? null;
      if (facilityId === null || facilityId === settings.queueFacilityId) {
        throw new NeedsMerchantError('hotwax-return-without-facility', 'A return must go to a facility', {
          params: { reference: expected.reference },
        });
      }
      const payLoad = {
        externalId,
        type: 'CUSTOMER_RETURN',
        returnDate: new Date(context.nowMs()).toISOString(),
        companyId: await account.company(),
        status: announcedReturn,
        currencyCode: context.shop.currency,
        tags: [],
        note: expected.note ?? '',
        returnIdentifications: [
          { returnIdentificationTypeId: 'SHOPIFY_RTN_ID', returnIdentificationDesc: expected.reference, idValue: externalId },
        ],
        shipTo: { facilityId },
        items,
        returnAdjustment: [],
      };
      await client.write('POST', '/createReturn', { payLoad }, wire.anything, 'oms');
      const made = await announced(externalId);
      if (made) return { remoteId: made };
      throw new TransientError('hotwax-return-not-seen', 'HotWax took the return, but does not show it yet', {
        params: { reference: expected.reference },
      });
    },
  };
}
