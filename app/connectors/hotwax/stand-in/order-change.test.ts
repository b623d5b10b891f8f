import { beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../../../sandbox/kit/stand-in-rig.ts';
import { openRig, type Rig } from './test-rig.ts';

let rig: Rig;
let mug: string;
let cap: string;
beforeEach(async () => {
  rig = await openRig();
  [mug, cap] = [await rig.product('MUG'), await rig.product('CAP')];
});
const only = async (query: string) => (await rig.api('GET', `oms/orders?${query}&dependentLevels=1`)).body as Json[];

describe('changing an order', () => {
  let orderId: string;
  beforeEach(async () => {
    orderId = (
      await rig.order('#1001', [
        [mug, 3],
        [cap, 1],
      ])
    ).body.orderId;
    for (const sku of ['MUG', 'CAP']) await rig.control('POST', '/stock', { sku, facility: 'Main Warehouse', available: 10 });
  });
  const cancel = (...seqs: string[]) =>
    rig.api('POST', `oms/orders/${orderId}/items/cancel`, {
      items: seqs.map((orderItemSeqId) => ({ orderItemSeqId, shipGroupSeqId: '00001', reason: 'X', comment: 'c' })),
    });

  test('cancels items, frees their stock, and is cancelled with the last of them', async () => {
    await rig.control('POST', '/broker', { reference: '#1001', facility: 'Main Warehouse' });
    expect((await cancel('01')).body).toMatchObject({ cancelledItems: [{ orderItemSeqId: '01', cancelQuantity: 3 }] });
    expect([await rig.atp(mug), await rig.atp(cap)]).toEqual([10, 9]);
    expect(await rig.ledger()).toMatchObject({ state: 'open', lines: [{ sku: 'CAP' }] });
    const twice = await cancel('01');
    expect([twice.status, twice.fact]).toEqual([400, expect.stringContaining('cancelled item refuses')]);
    await cancel('02');
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled', vendorState: 'ORDER_CANCELLED' });
    expect((await rig.api('GET', `oms/orders/${orderId}/status`)).body.map(({ statusId }: Json) => statusId)).toContain(
      'ORDER_CANCELLED',
    );
  });

  test('does not cancel what is picked, packed or shipped, nor a part of what was asked', async () => {
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    const late = await cancel('02', '01');
    expect([late.status, late.fact]).toEqual([400, expect.stringContaining('§3.6')]);
    expect(await rig.ledger()).toMatchObject({ lines: [{ sku: 'MUG' }, { sku: 'CAP' }] });
    await rig.control('POST', '/pick', { reference: '#1001' });
    expect((await cancel('02')).body.errors).toContain('being picked');
    expect((await rig.api('POST', `oms/orders/${orderId}/items/cancel`, { items: [] })).status).toBe(400);
    expect((await cancel('77')).status).toBe(400);
  });

  test('by its status approves, holds and cancels, and refuses other ways', async () => {
    const put = (statusId: string) => rig.api('PUT', `oms/orders/${orderId}`, { statusId });
    await put('ORDER_HOLD');
    expect(await rig.ledger()).toMatchObject({ state: 'held' });
    await put('ORDER_APPROVED');
    expect((await rig.api('GET', `oms/orders/${orderId}/items`)).body[0].statusId).toBe('ITEM_APPROVED');
    const wrong = await put('ORDER_COMPLETED');
    expect([wrong.status, wrong.fact]).toEqual([400, expect.stringContaining('§2.3')]);
    await put('ORDER_CANCELLED');
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled' });
    expect((await put('ORDER_APPROVED')).status).toBe(400);
  });

  test('of a header or a ship group goes by PUT; moving an approved group moves its reservation', async () => {
    await rig.api('PUT', `oms/orders/${orderId}`, { priority: '1' });
    expect((await only(`orderId=${orderId}`))[0].priority).toBe('1');
    await rig.control('POST', '/approve', { reference: '#1001' });
    await rig.api('PUT', `oms/orders/${orderId}/shipGroups/00001`, { facilityId: 'MAIN_WH', giftMessage: 'Hi' });
    expect(await rig.atp(mug)).toBe(7);
    expect((await rig.api('GET', `oms/orders/${orderId}/shipGroups`)).body).toMatchObject([
      { facilityId: 'MAIN_WH', giftMessage: 'Hi' },
    ]);
    expect((await rig.api('PUT', `oms/orders/${orderId}/shipGroups/00009`, { giftMessage: 'Hi' })).status).toBe(404);
    expect((await rig.api('PUT', `oms/orders/${orderId}`, { shipGroups: [] })).body.errors).toContain('not imitated');
  });

  test('makes the header new only when the header itself is written', async () => {
    rig.clock.advance(60_000);
    const since = rig.clock.now();
    const changed = async () => (await only(`lastUpdatedStamp_from=${since}`)).length;
    await rig.control('POST', '/approve', { reference: '#1001' });
    expect(await changed()).toBe(1);
    rig.clock.advance(60_000);
    const later = rig.clock.now();
    await rig.control('POST', '/ship', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(await only(`lastUpdatedStamp_from=${later}`)).toHaveLength(0);
    await rig.control('POST', '/ship', { reference: '#1001' });
    expect(await only(`lastUpdatedStamp_from=${later}`)).toHaveLength(1);
  });

  test('by the people there: part of a line, then the rest', async () => {
    await rig.control('POST', '/cancel', { reference: '#1001', lines: [{ sku: 'MUG', quantity: 1 }] });
    expect(await rig.ledger()).toMatchObject({ state: 'open', lines: [{ sku: 'MUG', quantity: 2 }, { sku: 'CAP' }] });
    await rig.control('POST', '/cancel', { reference: '1001' });
    expect(await rig.ledger()).toMatchObject({ state: 'cancelled' });
    expect((await rig.control('POST', '/cancel', { reference: '#1001' })).status).toBe(409);
    expect((await rig.control('POST', '/ship', { reference: '#9' })).status).toBe(404);
  });
});
