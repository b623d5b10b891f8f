import { afterEach, describe, expect, it } from 'vitest';
import type { RejectedError } from '../../../core/errors.ts';
import { connectorIn, orderOf, type World } from './world.ts';

const thrown = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

/** Log-ins, rights and lists over REST. */
export function describeConnectingQuirks(world: World): void {
  afterEach(() => world.clearFaults());
  const logins = () => world.calls().filter(({ operation }) => operation === 'GET /token/gettoken').length;

  describe('OrderWise over REST: calls', () => {
    it('log in once more when OrderWise ends a token before its time, and only once', async () => {
      const { facilities } = connectorIn(world);
      await facilities.list();
      const before = logins();
      world.fault({ match: 'GET /value-lists/:id', kind: 'stale' });
      expect(await facilities.list()).toHaveLength(4);
      expect(logins()).toBe(before + 1);
      world.fault({ match: 'GET /value-lists/:id', kind: 'stale', times: 5 });
      expect(await thrown(facilities.list())).toMatchObject({ code: 'orderwise-token-refused', scope: 'connection' });
      expect(logins()).toBe(before + 2);
    });

    it('never show what was sent in a refusal', async () => {
      world.fault({ match: 'POST /sales/order', kind: 'refuse', mode: 'No.' });
      const error = (await thrown(connectorIn(world).orders.create(orderOf({ A: 1 })))) as RejectedError;
      expect(error).toMatchObject({ code: 'orderwise-refused', vendorText: 'No.' });
      const told = [error.message, error.stack, JSON.stringify(error)].join();
      expect(told).not.toMatch(/crossdock_api|orderwise-sandbox|ada@example|Hauptstra/);
    });

    it('take an answer that nobody knows for unreadable, and one without JSON too', async () => {
      const { facilities } = connectorIn(world);
      for (const body of [{ unexpected: true }, '<html>proxy</html>']) {
        world.fault({ match: 'GET /value-lists/:id', kind: 'status', status: 200, body });
        expect(await thrown(facilities.list())).toMatchObject({
          code: 'orderwise-unreadable',
          kind: 'transient',
          mayHaveLanded: false,
        });
      }
      expect(await facilities.list()).toHaveLength(4);
    });

    it('offer OrderWise’s delivery and payment methods, order types and price lists by name', async () => {
      const { referenceData } = connectorIn(world);
      expect(await referenceData?.list('shipping-method')).toContainEqual({ id: '2', label: 'Next Day', group: null });
      expect(await referenceData?.list('payment-method')).toContainEqual({ id: '3', label: 'Klarna', group: null });
      expect(await referenceData?.list('channel')).toContainEqual({ id: '3', label: 'Trade order', group: null });
      expect(await referenceData?.list('customer-class')).toContainEqual({ id: '2', label: 'Trade', group: null });
      expect(await referenceData?.list('product-type')).toEqual([]);
    });
  });
}
