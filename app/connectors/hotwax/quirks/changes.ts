import { randomInt } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { all } from '../../contract/battery-bench.ts';
import { batteryOrder, batteryProduct } from '../../contract/battery-samples.ts';
import type { SalesOrder } from '../../contract/index.ts';
import * as wire from '../wire.ts';
import { accountIn, connectorIn, ordersIn, thrownBy, type SettingsInput, type World } from './world.ts';

/** What becomes of an order beside being shipped: sold at the till, kept as history, changed, sent again. */
export function describeChangeQuirks(world: World): void {
  afterEach(() => world.act('/limits', { tillSales: 1 }));
  const order = (units: Record<string, number> = { A: 1 }, changes: Partial<SalesOrder> = {}) => ({
    ...batteryOrder({ facilityId: 'MAIN_WH' }, `#C${randomInt(2 ** 40)}`, units),
    ...changes,
  });
  const rowOf = async (remoteId: string) =>
    (await accountIn(world).client.list('/oms/orders', wire.anything, { orderId: remoteId, dependentLevels: 2 }))[0] as {
      statusId: string;
      grandTotal: number;
      salesChannelEnumId: string;
      originFacilityId: string;
      needsInventoryIssuance?: string;
      shipGroups: {
        facilityId: string;
        shipmentMethodTypeId: string;
        contactMechId: string;
        telecomContactMechId: string;
        items: { statusId: string }[];
      }[];
    };
  const stocked = async (units: number, facility = 'Main Warehouse') => {
    const sku = `CHANGE-${randomInt(2 ** 40)}`;
    await connectorIn(world).products?.upsert([batteryProduct(sku)]);
    await world.act('/stock', { sku, facility, available: units });
    return sku;
  };
  const levels = async (sku: string, facilityIds: string[]) => {
    const pages = await all(connectorIn(world).stock?.pull({ facilityIds, since: null, skus: [sku] }));
    return Object.fromEntries(pages.flatMap((page) => page.levels).map(({ facilityId, available }) => [facilityId, available]));
  };

  describe('HotWax: sales at the till', () => {
    const sale = (sku: string, quantity = 2) =>
      order({ [sku]: quantity }, { facilityId: 'DOWNTOWN', handedOver: true, shipTo: null, channel: 'web' }) satisfies SalesOrder;
    const atTill = (sent: SalesOrder) => ({
      ...sent,
      lines: sent.lines.map((line) => ({ ...line, facilityId: 'DOWNTOWN' })),
    });

    it('are completed at their store at once, and take their goods off its stock and no other', async () => {
      const sku = await stocked(10, 'Downtown Store');
      await world.act('/stock', { sku, facility: 'Main Warehouse', available: 5 });
      const taken = await connectorIn(world).orders.create(atTill(sale(sku)));
      expect(taken).toMatchObject({ state: 'shipped', lines: [{ sku, quantity: 2 }] });
      expect(await rowOf(taken.remoteId)).toMatchObject({
        ...{ statusId: 'ORDER_COMPLETED', salesChannelEnumId: 'POS_SALES_CHANNEL', originFacilityId: 'DOWNTOWN' },
        shipGroups: [{ facilityId: 'DOWNTOWN', shipmentMethodTypeId: 'POS_COMPLETED', items: [{ statusId: 'ITEM_COMPLETED' }] }],
      });
      expect(await levels(sku, ['DOWNTOWN', 'MAIN_WH', '_NA_'])).toEqual({ DOWNTOWN: 8, MAIN_WH: 5, _NA_: 13 });
    });

    it('are no parcel: what HotWax calls their shipment is never reported', async () => {
      const sku = await stocked(10, 'Downtown Store');
      const { orders, shipments } = connectorIn(world);
      const { remoteId, reference } = await orders.create(atTill(sale(sku)));
      const rows = await accountIn(world).client.list('/poorti/shipments', wire.shipment, { orderId: remoteId });
      expect(rows.map(({ statusId }) => statusId)).toEqual(['SHIPMENT_SHIPPED']);
      const pulled = (await all(shipments?.pull({ since: null }))).flatMap((page) => page.shipments);
      expect(pulled.filter((one) => one.reference === reference)).toEqual([]);
      expect(await shipments?.ofOrder(remoteId)).toEqual([]);
    });

    it('take the goods once though the answer was lost, of the order or of its approval', async () => {
      for (const match of ['POST /oms/orders', 'PUT /oms/orders/:id']) {
        const sku = await stocked(10, 'Downtown Store');
        const { orders } = connectorIn(world);
        const sent = atTill(sale(sku));
        world.fault({ match, kind: 'timeout-after-commit', ms: 4000 });
        expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'transient', mayHaveLanded: true });
        expect(await orders.create(sent)).toMatchObject({ state: 'shipped' });
        expect(await levels(sku, ['DOWNTOWN'])).toEqual({ DOWNTOWN: 8 });
        expect(await ordersIn(world, sent.reference)).toHaveLength(1);
      }
    });

    it('that a HotWax leaves open are named until somebody completes them there, and are sold once', async () => {
      const sku = await stocked(10, 'Downtown Store');
      await world.act('/limits', { tillSales: 0 });
      const { orders } = connectorIn(world);
      const sent = atTill(sale(sku));
      for (let time = 0; time < 2; time++)
        expect(await thrownBy(orders.create(sent))).toMatchObject({
          ...{ code: 'hotwax-till-sale-open', kind: 'rejected', params: { reference: sent.reference } },
        });
      expect(await levels(sku, ['DOWNTOWN'])).toEqual({ DOWNTOWN: 8 });
      await world.act('/ship', { reference: sent.reference });
      expect(await orders.create(sent)).toMatchObject({ state: 'shipped' });
      expect(await levels(sku, ['DOWNTOWN'])).toEqual({ DOWNTOWN: 8 });
    });
  });

  describe('HotWax: history', () => {
    it('is parked without being issued or approved, and takes nothing off any stock', async () => {
      const sku = await stocked(10);
      const sent = order({ [sku]: 3 }, { parked: true });
      for (const given of [{}, { approval: 'at-once' }] satisfies SettingsInput[]) {
        const { orders } = connectorIn(world, given);
        const { remoteId } = await orders.create(sent);
        expect((await orders.create(sent)).remoteId).toBe(remoteId);
        expect(await rowOf(remoteId)).toMatchObject({
          ...{ statusId: 'ORDER_CREATED', originFacilityId: 'GENERAL_OPS_PARKING', needsInventoryIssuance: 'N' },
          shipGroups: [{ facilityId: 'GENERAL_OPS_PARKING' }],
        });
      }
      expect(await levels(sku, ['_NA_', 'MAIN_WH'])).toEqual({ _NA_: 10, MAIN_WH: 10 });
    });
  });

  describe('HotWax: changes after the hand-over', () => {
    const amended = async (sent: SalesOrder, changes: (taken: SalesOrder) => Partial<SalesOrder>, given: SettingsInput = {}) => {
      const { orders } = connectorIn(world, given);
      const { remoteId } = await orders.create(sent);
      return { orders, remoteId, answer: await orders.amend?.(remoteId, { ...sent, ...changes(sent) }) };
    };
    const without = (sku: string) => (sent: SalesOrder) => {
      const lines = sent.lines.filter((line) => line.sku !== sku);
      const off = sent.total.amount - sent.lines.filter((line) => line.sku === sku).reduce((sum, line) => sum + line.total, 0);
      return { lines, total: { ...sent.total, amount: off } };
    };
    const at = (facilityId: string) => (sent: SalesOrder) => ({
      ...{ facilityId, lines: sent.lines.map((line) => ({ ...line, facilityId })) },
    });
    const address = { name: 'Grace Hopper', address1: 'Kai 3', city: 'Bremen', zip: '28195', phone: '+49 421 7' };
    const moved = ({ shipTo }: SalesOrder) => ({ shipTo: shipTo && { ...shipTo, ...address } });

    it('a line taken off is cancelled, frees its stock and lowers the total', async () => {
      const sku = await stocked(10);
      const sent = order({ A: 2, [sku]: 3 });
      const { remoteId, answer } = await amended(sent, without(sku), { approval: 'at-once' });
      expect(answer).toMatchObject({ verdict: 'accepted', order: { lines: [{ sku: 'A', quantity: 2 }] } });
      expect((await rowOf(remoteId)).grandTotal).toBe(25);
      expect(await levels(sku, ['MAIN_WH'])).toEqual({ MAIN_WH: 10 });
    });

    it('told again they are accepted, and a total that was not told before is', async () => {
      const sent = order({ A: 2, B: 1 });
      const { orders, remoteId } = await amended(sent, () => ({}));
      world.fault({ match: 'PUT /oms/orders/:id', kind: 'status', status: 503 });
      const less = { ...sent, ...without('B')(sent) };
      expect(await thrownBy(orders.amend?.(remoteId, less) ?? Promise.resolve())).toMatchObject({ kind: 'transient' });
      for (let time = 0; time < 2; time++) expect(await orders.amend?.(remoteId, less)).toMatchObject({ verdict: 'accepted' });
      expect((await rowOf(remoteId)).grandTotal).toBe(25);
    });

    it('a line is not taken off where what is left would not come to the total', async () => {
      const sent = order({ A: 2, B: 1 });
      const { remoteId, answer } = await amended(sent, (taken) => ({
        ...without('B')(taken),
        total: { amount: 2400, currency: 'EUR' },
      }));
      expect(answer).toMatchObject({ verdict: 'too-late', text: expect.stringMatching(/amounts/) as string });
      expect((await rowOf(remoteId)).grandTotal).toBe(35);
    });

    it('a line that is being picked stays, in HotWax’s words', async () => {
      const sent = order({ A: 1, B: 1 });
      const { orders } = connectorIn(world);
      const { remoteId } = await orders.create(sent);
      await world.act('/pick', { reference: sent.reference });
      expect(await orders.amend?.(remoteId, { ...sent, ...without('B')(sent) })).toMatchObject({
        ...{ verdict: 'too-late', state: 'picking', text: expect.stringMatching(/picked/) as string },
      });
      await world.act('/ship', { reference: sent.reference });
      expect(await orders.amend?.(remoteId, { ...sent, ...without('B')(sent) })).toMatchObject({ state: 'shipped' });
    });

    it('units are taken off where HotWax has split the line just so, and not otherwise', async () => {
      const sku = await stocked(10);
      await world.act('/stock', { sku, facility: 'East Warehouse', available: 10 });
      const sent = order({ A: 1, [sku]: 3 }, {});
      const { orders } = connectorIn(world);
      const { remoteId } = await orders.create(sent);
      const units = (quantity: number) => ({
        ...sent,
        lines: sent.lines.map((line) => (line.sku === sku ? { ...line, quantity, total: 1000 * quantity } : line)),
        total: { ...sent.total, amount: 1500 + 1000 * quantity },
      });
      expect(await orders.amend?.(remoteId, units(2))).toMatchObject({ verdict: 'too-late' });
      await world.act('/broker', { reference: sent.reference, lines: [{ sku, quantity: 1 }], facility: 'East Warehouse' });
      expect(await orders.amend?.(remoteId, units(2))).toMatchObject({ verdict: 'accepted' });
      expect(await orders.find(sent.reference)).toMatchObject({
        lines: [
          { sku: 'A', quantity: 1 },
          { sku, quantity: 2 },
        ],
      });
    });

    it('another address goes to every ship group, and the same again makes no new record', async () => {
      const makes = () => world.calls().filter(({ method, path }) => method === 'POST' && path.includes('/customers/')).length;
      const { client } = accountIn(world);
      const read = async (selectedEntity: string, contactMechId: string | undefined) =>
        (
          await client.write(
            'POST',
            '/oms/entityData',
            { selectedEntity, customParametersMap: { contactMechId } },
            wire.contactRows,
          )
        ).entityValueList[0];
      const sent = order({ A: 1, B: 1 });
      const { orders, remoteId, answer } = await amended(sent, moved);
      expect(answer).toMatchObject({ verdict: 'accepted' });
      const { shipGroups } = await rowOf(remoteId);
      expect(await read('PostalAddress', shipGroups[0]?.contactMechId)).toMatchObject({
        ...{ toName: 'Grace Hopper', address1: 'Kai 3', city: 'Bremen', postalCode: '28195' },
      });
      expect(await read('TelecomNumber', shipGroups[0]?.telecomContactMechId)).toMatchObject({ contactNumber: '+49 421 7' });
      const before = makes();
      expect(await orders.amend?.(remoteId, { ...sent, ...moved(sent) })).toMatchObject({ verdict: 'accepted' });
      expect(makes()).toBe(before);
    });

    it('another address comes too late for what is being packed', async () => {
      const sent = order();
      const { orders } = connectorIn(world);
      const { remoteId } = await orders.create(sent);
      await world.act('/pick', { reference: sent.reference });
      expect(await orders.amend?.(remoteId, { ...sent, ...moved(sent) })).toMatchObject({
        ...{ verdict: 'too-late', text: expect.stringMatching(/address/) as string },
      });
    });

    it('another place is followed, to and fro', async () => {
      const sent = order();
      const { orders, remoteId, answer } = await amended(sent, at('EAST_WH'));
      expect(answer).toMatchObject({ verdict: 'accepted', order: { facilityId: 'EAST_WH' } });
      for (const facilityId of ['DOWNTOWN', 'MAIN_WH'])
        expect(await orders.amend?.(remoteId, { ...sent, ...at(facilityId)(sent) })).toMatchObject({
          ...{ verdict: 'accepted', order: { facilityId } },
        });
    });

    it('what HotWax gave to another facility stays there, unless Shopify moves it: that is named', async () => {
      const sent = order({ A: 1 }, {});
      const { orders } = connectorIn(world);
      const { remoteId } = await orders.create(sent);
      await world.act('/broker', { reference: sent.reference, facility: 'East Warehouse' });
      expect(await orders.amend?.(remoteId, { ...sent, ...moved(sent) })).toMatchObject({
        ...{ verdict: 'accepted', order: { facilityId: 'EAST_WH' } },
      });
      expect(await orders.amend?.(remoteId, { ...sent, ...moved(sent), ...at('DOWNTOWN')(sent) })).toMatchObject({
        ...{ verdict: 'too-late', text: expect.stringMatching(/EAST_WH/) as string },
      });
    });
  });

  describe('HotWax: contacts of an order that needs several tries', () => {
    const customer = () => ({
      ...{ id: `gid://shopify/Customer/${randomInt(2 ** 40)}`, name: 'Ada', email: `a${randomInt(2 ** 40)}@example.com` },
      ...{ phone: null, tags: [] },
    });
    const contactsOf = async (sent: SalesOrder) => {
      const { client } = accountIn(world);
      const [party] = await client.list('/oms/parties/identifications', wire.party, {
        ...{ partyIdentificationTypeId: 'SHOPIFY_CUST_ID', idValue: sent.customer?.id.split('/').at(-1) ?? '' },
      });
      const asked = { selectedEntity: 'PartyContactMechPurpose', customParametersMap: { partyId: party?.partyId ?? '' } };
      return (await client.write('POST', '/oms/entityData', asked, wire.contactRows)).entityValueList.length;
    };

    it.each(['postalAddresses', 'emails', 'telecomNumbers'])(
      'are made once though the answer to %s was lost: it is looked for',
      async (kind) => {
        const sent = order({ A: 1 }, { customer: customer() });
        const { orders } = connectorIn(world);
        world.fault({ match: `POST /oms/customers/:id/${kind}`, kind: 'timeout-after-commit', ms: 4000 });
        expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'transient' });
        await orders.create(sent);
        expect(await contactsOf(sent)).toBe(3);
      },
    );

    it('are made once though the order is refused again and again', async () => {
      const sent = order({ A: 1 }, { customer: customer() });
      const { orders } = connectorIn(world);
      const body = { errorCode: 400, errors: 'Not today' };
      world.fault({ match: 'POST /oms/orders', kind: 'status', status: 400, body, times: 3 });
      for (let time = 0; time < 3; time++) expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'rejected' });
      await orders.create(sent);
      expect(await contactsOf(sent)).toBe(3);
    });

    it('are made once more where HotWax doesn’t let us look for what may have arrived', async () => {
      const sent = order({ A: 1 }, { customer: customer() });
      const { orders } = connectorIn(world);
      world.fault({ match: 'POST /oms/customers/:id/postalAddresses', kind: 'timeout-after-commit', ms: 4000 });
      expect(await thrownBy(orders.create(sent))).toMatchObject({ kind: 'transient' });
      world.fault({
        match: 'POST /oms/entityData',
        kind: 'status',
        status: 403,
        body: { errorCode: 403, errors: 'no' },
        times: 3,
      });
      await orders.create(sent);
      expect(await contactsOf(sent)).toBe(4);
    });
  });
}
