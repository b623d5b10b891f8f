import { describe, expect, it } from 'vitest';
import { RejectedError, TransientError } from '../../core/errors.ts';
import { maskDocument } from '../../core/mask-document.ts';
import type { Bench } from './battery-bench.ts';

/** Taking, finding, amending and cancelling orders. */
export function describeOrders({ rig, definition, nextReference, order, settle, faults, when, overNetwork }: Bench): void {
  const { connector, side } = rig;
  const { capabilities } = definition;
  const [skuA, skuB] = rig.skus;

  describe('orders', () => {
    it('takes an order with its lines, and finds nothing under a reference it was never given', async () => {
      const sent = order({ [skuA]: 2, [skuB]: 1 });
      const taken = await connector.orders.create(sent);
      expect(taken).toMatchObject({ reference: sent.reference, lines: expect.any(Array) as unknown[] });
      expect(taken.remoteId).not.toBe('');
      expect(taken.lines.map(({ sku, quantity }) => `${sku} ${quantity}`).sort()).toEqual([`${skuA} 2`, `${skuB} 1`].sort());
      expect(await connector.orders.find(nextReference())).toBeNull();
    });

    it('shows what it would send, by SKU and quantity, and sends nothing', async () => {
      const wanted = order({ [skuA]: 2 });
      const calls = await connector.orders.preview(wanted);
      expect(calls.length).toBeGreaterThan(0);
      for (const { call } of calls) expect(call).not.toBe('');
      expect(JSON.stringify(calls)).toContain(wanted.reference);
      await settle();
      expect(await side.countOrders(wanted.reference)).toBe(0);
    });

    overNetwork('says who bought in fields that are known to be blanked in what is kept of a call that failed', async () => {
      const said =
        'Wilhelmina Nirgendwo Vergessen Hinterhof Dritterstock Nowhereton QX9ZZ Nirgendshire Leavewithneighbour Granny'.split(
          ' ',
        );
      const [first, company, last, street, floor, city, zip, county, note, gift] = said;
      const address = {
        ...{ name: `${first} ${last}`, company: `${company} GmbH`, address1: `${street} 17`, address2: `${floor} links` },
        ...{
          city: `${city}`,
          zip: `${zip}`,
          province: `${county}`,
          provinceCode: null,
          countryCode: 'DE',
          phone: '+49 30 7654321',
        },
      };
      const customer = {
        id: 'gid://shopify/Customer/4711',
        name: address.name,
        email: 'x@y.example',
        phone: address.phone,
        tags: [],
      };
      const wanted = order({ [skuA]: 2 });
      const lines = wanted.lines.map((line) => ({ ...line, attributes: [{ key: 'gift', value: `for ${gift}` }] }));
      const attributes = [{ key: 'card', value: `for ${gift}` }];
      const people = { customer, billing: address, shipTo: address, note: `${note}, please`, attributes, lines };
      const calls = await connector.orders.preview({ ...wanted, ...people });
      const bodies = calls.map(({ body }) => (typeof body === 'string' ? body : JSON.stringify(body)));
      expect(bodies.join()).toContain(street);
      const kept = bodies.map(maskDocument).join();
      expect(said.filter((word) => kept.includes(word))).toEqual([]);
    });

    when(capabilities.findOrder !== 'none', 'it can not be asked for an order')('finds an order by our reference', async () => {
      const taken = await connector.orders.create(order({ [skuA]: 1 }));
      if (capabilities.findOrder === 'delayed') await settle();
      expect(await connector.orders.find(taken.reference)).toMatchObject({
        remoteId: taken.remoteId,
        reference: taken.reference,
      });
    });

    it('makes one order of the same order sent twice', async () => {
      const sent = order({ [skuA]: 1 });
      const first = await connector.orders.create(sent);
      await settle();
      expect((await connector.orders.create(sent)).remoteId).toBe(first.remoteId);
      expect(await side.countOrders(sent.reference)).toBe(1);
    });

    when(capabilities.findOrder === 'exact', `findOrder is ${capabilities.findOrder}, the engine never sends two at once`)(
      'makes one order of the same order sent several times at once',
      async () => {
        const sent = order({ [skuA]: 1 });
        await connector.orders.create(sent);
        await Promise.all([1, 2, 3].map(() => connector.orders.create(sent)));
        expect(await side.countOrders(sent.reference)).toBe(1);
      },
    );

    overNetwork('doubles nothing when the answer to a creation is lost', async () => {
      const sent = order({ [skuA]: 1 });
      await faults().loseAnswerOfNextCreate();
      const error: unknown = await connector.orders.create(sent).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TransientError);
      expect((error as TransientError).mayHaveLanded).toBe(true);
      await settle();
      if (capabilities.findOrder !== 'none')
        expect(await connector.orders.find(sent.reference)).toMatchObject({ reference: sent.reference });
      await connector.orders.create(sent);
      expect(await side.countOrders(sent.reference)).toBe(1);
    });

    it(`answers an order for a SKU it does not know: ${rig.unknownSku}`, async () => {
      const sent = order({ 'NO-SUCH-SKU': 1 });
      const outcome: unknown = await connector.orders.create(sent).catch((thrown: unknown) => thrown);
      if (rig.unknownSku === 'accepted') {
        expect(outcome).toMatchObject({ reference: sent.reference });
        return;
      }
      expect(outcome).toBeInstanceOf(RejectedError);
      expect((outcome as RejectedError).vendorText).not.toBe('');
      expect(await side.countOrders(sent.reference)).toBe(0);
    });

    const amending = when(capabilities.amend, 'it takes no amendments');
    const onlyLess = capabilities.amends === 'less';
    const linesThere = async (reference: string) => {
      await settle();
      return (await connector.orders.find(reference))?.lines.map(({ sku, quantity }) => `${sku} ${quantity}`).sort();
    };
    amending('amends an order it has not begun', async () => {
      const taken = await connector.orders.create(order(onlyLess ? { [skuA]: 2, [skuB]: 3 } : { [skuA]: 2 }));
      const wanted = onlyLess ? { [skuB]: 3 } : { [skuA]: 1, [skuB]: 3 };
      const answer = await connector.orders.amend?.(taken.remoteId, order(wanted, taken.reference));
      expect(answer?.verdict).toBe('accepted');
      if (capabilities.findOrder === 'none') return;
      expect(await linesThere(taken.reference)).toEqual(
        Object.entries(wanted)
          .map(([sku, quantity]) => `${sku} ${quantity}`)
          .sort(),
      );
    });

    when(onlyLess, 'it takes every amendment')(
      'changes nothing of an order where it can take a part of the change only',
      async () => {
        const taken = await connector.orders.create(order({ [skuA]: 2, [skuB]: 1 }));
        for (const wanted of [{ [skuA]: 3 }, { [skuA]: 1 }, { [skuA]: 2, [skuB]: 1, [rig.skus[2]]: 1 }]) {
          const answer = await connector.orders.amend?.(taken.remoteId, order(wanted, taken.reference));
          expect(answer).toMatchObject({ verdict: 'too-late', text: expect.stringMatching(/./) as string });
        }
        expect(await linesThere(taken.reference)).toEqual([`${skuA} 2`, `${skuB} 1`].sort());
      },
    );

    amending('says that it is too late to amend, as an answer and not as an error', async () => {
      const taken = await connector.orders.create(order(onlyLess ? { [skuA]: 1, [skuB]: 1 } : { [skuA]: 2 }));
      if (!side.passAmending) throw new Error('The rig needs passAmending');
      await side.passAmending(taken.reference);
      const answer = await connector.orders.amend?.(taken.remoteId, order({ [skuA]: 1 }, taken.reference));
      expect(answer).toMatchObject({ verdict: 'too-late', text: expect.stringMatching(/./) as string });
    });

    const cancelling = when(capabilities.cancel, 'it takes no cancellations');
    cancelling('cancels an order, and accepts that again', async () => {
      const taken = await connector.orders.create(order({ [skuA]: 2 }));
      for (let time = 0; time < 2; time++) {
        expect(await connector.orders.cancel?.(taken.remoteId, 'customer')).toMatchObject({
          verdict: 'accepted',
          order: { state: 'cancelled' },
        });
      }
    });

    cancelling('says that it is too late to cancel, as an answer and not as an error', async () => {
      const taken = await connector.orders.create(order({ [skuA]: 2 }));
      if (!side.passCancelling) throw new Error('The rig needs passCancelling');
      await side.passCancelling(taken.reference);
      expect(await connector.orders.cancel?.(taken.remoteId, 'customer')).toMatchObject({
        verdict: 'too-late',
        text: expect.stringMatching(/./) as string,
      });
    });
  });
}
