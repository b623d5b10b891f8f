import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: string;
let cap: string;
let orderId: string;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap] = [await rig.product('MUG'), await rig.product('CAP')];
  await rig.control('POST', '/stock', {
    levels: [
      { sku: 'MUG', facility: 'Main Warehouse', available: 10 },
      { sku: 'CAP', facility: 'Main Warehouse', available: 5 },
      { sku: 'MUG', facility: 'East Warehouse', available: 4 },
    ],
  });
  orderId = (
    await rig.order('#1001', [
      [mug, 3],
      [cap, 1],
    ])
  ).body.orderId;
});
const act = (path: string, more: Record<string, unknown> = {}) => rig.control('POST', path, { reference: '#1001', ...more });
const shipments = async () => (await rig.api('GET', `poorti/shipments?orderId=${orderId}`)).body.shipments as Json[];
const groups = async () => (await rig.api('GET', `oms/orders/${orderId}`)).body.orderDetail.shipGroups as Json[];

describe('stock is reserved', () => {
  test('when the order is brokered, not when it is created or approved in the queue', async () => {
    expect(await rig.atp(mug)).toBe(10);
    await act('/approve');
    expect(await rig.atp(mug)).toBe(10);
    await act('/broker', { facility: 'Main Warehouse' });
    expect([await rig.atp(mug), await rig.atp(cap)]).toEqual([7, 4]);
  });

  test('by approving what already names a facility', async () => {
    const other = (await rig.order('#1002', [[mug, 2]], {}, { facilityId: 'MAIN_WH' })).body.orderId;
    expect(await rig.atp(mug)).toBe(10);
    await rig.api('PUT', `oms/orders/${other}/shipGroups/00001`, { facilityId: 'EAST_WH' });
    expect(await rig.atp(mug, 'EAST_WH')).toBe(4);
    await rig.api('PUT', `oms/orders/${other}`, { statusId: 'ORDER_APPROVED' });
    expect([await rig.atp(mug), await rig.atp(mug, 'EAST_WH')]).toEqual([10, 2]);
  });

  test('below zero if need be', async () => {
    await rig.order('#1003', [[cap, 9]]);
    await rig.control('POST', '/broker', { reference: '#1003', facility: 'Main Warehouse' });
    expect(await rig.atp(cap)).toBe(-4);
  });

  test('elsewhere after a rejection, and nowhere while it waits in the queue', async () => {
    await act('/broker', { facility: 'Main Warehouse' });
    await act('/reject', { lines: [{ sku: 'MUG', quantity: 3 }] });
    expect([await rig.atp(mug), await rig.atp(mug, 'EAST_WH')]).toEqual([10, 4]);
    expect(await rig.atp(mug, '_NA_')).toBeUndefined();
    await act('/broker', { lines: [{ sku: 'MUG', quantity: 3 }], facility: 'East Warehouse' });
    expect([await rig.atp(mug), await rig.atp(mug, 'EAST_WH')]).toEqual([10, 1]);
  });
});

describe('shipping', () => {
  test('whole completes items and order, with tracking in the shipment and in the order’s detail', async () => {
    await act('/ship', { tracking: '1Z999', carrier: 'UPS' });
    expect(await shipments()).toMatchObject([
      {
        orderId,
        statusId: 'SHIPMENT_SHIPPED',
        originFacilityId: 'MAIN_WH',
        carrierPartyId: 'UPS',
        trackingIdNumber: '1Z999',
        items: [
          { orderItemSeqId: '01', productId: mug, quantity: 3 },
          { orderItemSeqId: '02', quantity: 1 },
        ],
        shipmentPackageRouteSegDetails: [{ trackingCode: '1Z999' }],
      },
    ]);
    expect((await rig.api('GET', `oms/orders/${orderId}`)).body.orderDetail).toMatchObject({
      orderStatusId: 'ORDER_COMPLETED',
      shipGroups: [
        {
          trackingCode: '1Z999',
          shipmentStatusId: 'SHIPMENT_SHIPPED',
          facilityName: 'Main Warehouse',
          items: [{ itemStatusId: 'ITEM_COMPLETED' }, {}],
        },
      ],
    });
    expect(await rig.ledger()).toMatchObject({
      state: 'shipped',
      total: 50,
      lines: [{ sku: 'MUG', quantity: 3, price: 10, fulfilled: 3 }, { sku: 'CAP' }],
      shipments: [
        {
          tracking: '1Z999',
          carrier: 'UPS',
          lines: [
            { sku: 'MUG', quantity: 3 },
            { sku: 'CAP', quantity: 1 },
          ],
        },
      ],
    });
    expect(await rig.atp(mug)).toBe(7);
    const [item] = (await rig.api('GET', `oms/inventoryLogs?productId=${mug}&facilityId=MAIN_WH`)).body;
    expect(item).toMatchObject({ quantityOnHandTotal: 7, availableToPromiseTotal: 7 });
    expect((await act('/ship')).status).toBe(409);
  });

  test('in parts makes several shipments of one order, some of one item', async () => {
    await act('/ship', { lines: [{ sku: 'MUG', quantity: 1 }], tracking: 'T1' });
    expect(await rig.ledger()).toMatchObject({
      state: 'partly-shipped',
      vendorState: 'ORDER_APPROVED',
      shipments: [{ tracking: 'T1', lines: [{ sku: 'MUG', quantity: 1 }] }],
    });
    await act('/ship', { tracking: 'T2' });
    expect(
      (await shipments()).map(({ trackingIdNumber, items }) => [trackingIdNumber, items.map(({ quantity }: Json) => quantity)]),
    ).toEqual([
      ['T1', [1]],
      ['T2', [2, 1]],
    ]);
    expect(await rig.ledger()).toMatchObject({ state: 'shipped' });
  });

  test('from two facilities splits groups and items, the parts keeping their externalId', async () => {
    await act('/broker', { lines: [{ sku: 'MUG', quantity: 1 }], facility: 'East Warehouse' });
    await act('/ship', { tracking: 'T1' });
    expect(
      (await groups()).map(({ facilityId, items }) => [
        facilityId,
        items.map(({ orderItemSeqId, quantity }: Json) => `${orderItemSeqId}:${quantity}`),
      ]),
    ).toEqual([
      ['MAIN_WH', ['01:2', '02:1']],
      ['EAST_WH', ['03:1']],
    ]);
    const [order] = (await rig.api('GET', `oms/orders?orderId=${orderId}&dependentLevels=1`)).body;
    expect(order.shipGroups.flatMap(({ items }: Json) => items.map(({ externalId }: Json) => externalId))).toEqual([
      'line-1',
      'line-2',
      'line-1',
    ]);
    expect((await shipments()).map(({ originFacilityId, trackingIdNumber }) => [originFacilityId, trackingIdNumber])).toEqual([
      ['MAIN_WH', 'T1'],
      ['EAST_WH', 'T1-2'],
    ]);
  });

  test('goes by way of picking and packing, and a label can be replaced', async () => {
    await act('/pick');
    expect(await rig.ledger()).toMatchObject({ state: 'picking', shipments: [] });
    await act('/pack', { tracking: 'WRONG' });
    expect(await rig.ledger()).toMatchObject({ state: 'packed' });
    await act('/label', { tracking: 'RIGHT', carrier: 'DHL' });
    const [packed] = await shipments();
    expect(packed).toMatchObject({
      statusId: 'SHIPMENT_PACKED',
      shipmentPackageRouteSegDetails: [
        { trackingCode: 'WRONG', carrierServiceStatusId: 'SHRSCS_VOIDED' },
        { trackingCode: 'RIGHT', shipmentRouteSegmentId: '00002' },
      ],
    });
    await rig.api('POST', `poorti/shipments/${packed.shipmentId}/ship`);
    expect(await rig.ledger()).toMatchObject({ state: 'shipped', shipments: [{ tracking: 'RIGHT', carrier: 'DHL' }] });
    const again = await rig.api('POST', `poorti/shipments/${packed.shipmentId}/ship`);
    expect([again.status, again.fact]).toEqual([400, expect.stringContaining('§3.8')]);
  });

  test('can be rejected while picking: another facility ships it', async () => {
    await act('/pick', { facility: 'Main Warehouse' });
    await act('/reject', { lines: [{ sku: 'MUG', quantity: 3 }], facility: 'East Warehouse' });
    await act('/ship', { tracking: 'T9' });
    expect((await shipments()).map(({ statusId, originFacilityId }) => `${statusId} ${originFacilityId}`)).toEqual([
      'SHIPMENT_CANCELLED MAIN_WH',
      expect.stringMatching(/SHIPPED/),
      expect.stringMatching(/SHIPPED/),
    ]);
    expect((await rig.api('GET', `oms/orders/${orderId}/facilityChange`)).body.map(({ facilityId }: Json) => facilityId)).toEqual(
      expect.arrayContaining(['MAIN_WH', '_NA_', 'EAST_WH']),
    );
  });
});

describe('a sale at the till', () => {
  const sold = async (more: Record<string, unknown> = {}, reference = '#2001') => {
    const till = { facilityId: 'DOWNTOWN', shipmentMethodTypeId: 'POS_COMPLETED' };
    const made = await rig.order(reference, [[mug, 2]], { salesChannelEnumId: 'POS_SALES_CHANNEL', ...more }, till);
    await rig.api('PUT', `oms/orders/${made.body.orderId}`, { statusId: 'ORDER_APPROVED' });
    return rig.ledger(reference);
  };
  beforeEach(() => rig.control('POST', '/stock', { sku: 'MUG', facility: 'Downtown Store', available: 6 }));

  test('is completed with its approval, and its goods leave the store', async () => {
    expect(await sold()).toMatchObject({ state: 'shipped', vendorState: 'ORDER_COMPLETED' });
    expect(await rig.atp(mug, 'DOWNTOWN')).toBe(4);
  });

  test('is an order like others in another channel, or where the instance doesn’t do it', async () => {
    expect(await sold({ salesChannelEnumId: 'WEB_SALES_CHANNEL' })).toMatchObject({ state: 'open' });
    await rig.control('POST', '/limits', { tillSales: 0 });
    expect(await sold({}, '#2002')).toMatchObject({ state: 'open' });
  });
});
