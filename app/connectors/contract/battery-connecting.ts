import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NeedsMerchantError, TransientError } from '../../core/errors.ts';
import type { Bench } from './battery-bench.ts';
import { batteryProduct } from './battery-samples.ts';
import type { Connector, Messages } from './connector.ts';

/** Runs the steps of a connection test as the engine does; answers the step that failed, with its error. */
async function failingStep({ check }: Connector): Promise<{ step: string; error: unknown } | null> {
  for (const { step, run } of check) {
    try {
      await run();
    } catch (error) {
      return { step, error };
    }
  }
  return null;
}

function textAt(messages: Messages, path: string): string | undefined {
  const found = path
    .split('.')
    .reduce<Messages | string | undefined>((at, key) => (typeof at === 'object' ? at[key] : undefined), messages);
  return typeof found === 'string' ? found : undefined;
}

/** What a connector declares, how it connects, and its facilities, lists and products. */
export function describeConnecting({ rig, definition, settle, faults, when, overNetwork }: Bench): void {
  const { connector, facilityId } = rig;
  const { capabilities } = definition;

  describe('what it declares', () => {
    it('has words for every setting, check step and guide step, in each of its languages', () => {
      const keys = [
        ...Object.keys(definition.settings.shape).map((key) => `settings.${key}.label`),
        ...connector.check.map(({ step }) => `check.${step}`),
        ...definition.guide.flatMap(({ id }) => [`guide.${id}.title`, `guide.${id}.body`]),
      ];
      for (const messages of Object.values(definition.messages) as Messages[]) {
        expect(keys.filter((key) => !textAt(messages, key))).toEqual([]);
      }
    });

    it('proves guide steps only by check steps that exist', () => {
      const steps = new Set(connector.check.map(({ step }) => step));
      expect(definition.guide.flatMap(({ provenBy }) => (provenBy && !steps.has(provenBy) ? [provenBy] : []))).toEqual([]);
    });

    it('offers the ports that its capabilities promise', () => {
      expect({
        amend: connector.orders.amend !== undefined,
        cancel: connector.orders.cancel !== undefined,
        returns: connector.returns !== undefined,
        createsFacilities: connector.facilities.create !== undefined,
      }).toEqual({
        amend: capabilities.amend,
        cancel: capabilities.cancel,
        returns: capabilities.returns,
        createsFacilities: capabilities.createsFacilities,
      });
    });
  });

  describe('connecting', () => {
    it('passes every step of the connection test', async () => {
      expect(connector.check.length).toBeGreaterThan(0);
      expect(await failingStep(connector)).toBeNull();
    });

    overNetwork('names the step at which something wrong shows', async () => {
      expect(rig.wrong?.length).toBeGreaterThan(0);
      for (const { what, connector: broken, failsAt } of rig.wrong ?? []) {
        const failure = await failingStep(broken);
        expect([what, failure?.step]).toEqual([what, failsAt]);
        expect(
          failure?.error instanceof NeedsMerchantError || failure?.error instanceof TransientError,
          `${what}: ${String(failure?.error)}`,
        ).toBe(true);
      }
    });

    const { expireToken, logins } = rig.faults ?? {};
    when(definition.capabilities.remote && expireToken !== undefined, 'nobody logs in, each call carries its keys')(
      'renews an expired token once, however many calls meet it',
      async () => {
        if (!logins) throw new Error('The rig needs logins');
        await connector.facilities.list();
        await expireToken?.();
        const before = await logins();
        await Promise.all([connector.orders.find('#none-1'), connector.orders.find('#none-2'), connector.facilities.list()]);
        expect((await logins()) - before).toBe(1);
      },
    );

    overNetwork('hands on how long it is asked to wait', async () => {
      await connector.facilities.list();
      await faults().rateLimitNextCall(7);
      const error: unknown = await connector.facilities.list().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(TransientError);
      expect((error as TransientError).retryAfterMs).toBe(7000);
      expect(await connector.facilities.list()).not.toHaveLength(0);
    });
  });

  describe('facilities and lists', () => {
    it('lists the facility that takes orders', async () => {
      expect((await connector.facilities.list()).find(({ id }) => id === facilityId)).toMatchObject({ active: true });
    });

    when(capabilities.createsFacilities, 'it can not create facilities')(
      'creates a facility that is listed from then on',
      async () => {
        const title = `Battery ${randomInt(1, 2 ** 40)}`;
        const made = await connector.facilities.create?.({
          name: title,
          address: { address1: 'Kai 3', city: 'Bremen', zip: '28195', countryCode: 'DE' },
          storeId: null,
        });
        await settle();
        expect((await connector.facilities.list()).filter(({ name: one }) => one === title).map(({ id }) => id)).toEqual([
          made?.id,
        ]);
      },
    );

    when(connector.referenceData !== undefined, 'it has no lists')(
      'gives each choice of its lists an id and a label',
      async () => {
        for (const kind of connector.referenceData?.kinds ?? []) {
          const values = (await connector.referenceData?.list(kind)) ?? [];
          expect(values.filter(({ id, label }) => !id || !label)).toEqual([]);
          expect(new Set(values.map(({ id }) => id)).size).toBe(values.length);
        }
      },
    );
  });

  when(Boolean(connector.referenceData?.creates?.length), 'no list can be added to')(
    'makes a value that it lists from then on, once however often it is asked',
    async () => {
      const { creates = [], create, list } = connector.referenceData ?? {};
      for (const kind of creates) {
        const label = `Battery ${randomInt(1, 2 ** 30)}`;
        const made = await create?.(kind, label);
        expect((await create?.(kind, label))?.id).toBe(made?.id);
        expect((await list?.(kind))?.filter(({ label: one }) => one === label).map(({ id }) => id)).toEqual([made?.id]);
      }
    },
  );

  const withProducts = when(connector.products !== undefined, 'it takes no products');
  describe('products', () => {
    withProducts('creates, links by SKU and updates', async () => {
      const product = batteryProduct(`BAT-${randomInt(1, 2 ** 40)}`, { storeId: rig.order?.storeId ?? null });
      const [made] = (await connector.products?.upsert([product])) ?? [];
      expect(made).toMatchObject({ variantId: product.variantId, outcome: 'created' });
      const remoteId = made && 'remoteId' in made ? made.remoteId : '';
      await settle();
      expect(await connector.products?.findBySku([product.sku, 'NO-SUCH-SKU'])).toMatchObject([{ sku: product.sku, remoteId }]);
      const [changed] = (await connector.products?.upsert([{ ...product, title: 'Another title', remoteId }])) ?? [];
      expect(changed).toMatchObject({ outcome: 'updated', remoteId });
    });

    withProducts('answers each record, and one bad record never fails the rest', async () => {
      if (!rig.badProduct) throw new Error('The rig needs a badProduct');
      const good = [batteryProduct(`BAT-${randomInt(1, 2 ** 40)}`), batteryProduct(`BAT-${randomInt(1, 2 ** 40)}`)] as const;
      const bad = batteryProduct(`BAT-${randomInt(1, 2 ** 40)}`, rig.badProduct);
      const results = (await connector.products?.upsert([good[0], bad, good[1]])) ?? [];
      const outcomes = new Map(results.map((result) => [result.variantId, result]));
      expect(results).toHaveLength(3);
      expect([outcomes.get(good[0].variantId)?.outcome, outcomes.get(good[1].variantId)?.outcome]).toEqual([
        'created',
        'created',
      ]);
      const refused = outcomes.get(bad.variantId);
      expect(refused?.outcome).toBe('refused');
      expect(refused && 'vendorText' in refused ? refused.vendorText : '').not.toBe('');
    });
  });
}
