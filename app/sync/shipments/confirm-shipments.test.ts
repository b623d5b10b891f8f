import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../../tests/setup/database.ts';
import { openSyncWorld } from './sync-world.test-data.ts';

const world = await openSyncWorld(await openTestDatabase());
const { shopify, live, addOrder, ship } = world;
const { shopFulfilments } = await import('./order-in-shopify.ts');
const { runShipmentsSync } = await import('./run-shipments-sync.ts');
const { RejectedError, TransientError } = await import('../../core/errors.ts');

const told: string[] = [];
let failing: Error | null = null;
let slow: () => void = () => undefined;
Object.assign(live.connector.shipments ?? {}, {
  confirm(remoteId: string, numbers: readonly string[]) {
    const error = failing;
    failing = null;
    slow();
    told.push(`${remoteId}: ${numbers.join(' ')}${error ? ' (failed)' : ''}`);
    return error ? Promise.reject(error) : Promise.resolve();
  },
});

beforeEach(() => {
  told.length = 0;
  Object.assign(live, { access: 'read_write', dryRun: false });
});
afterAll(() => world.close());

const run = async (task = 'scheduled') =>
  runShipmentsSync(live, await world.newRun('shipments', task), { shopify: shopFulfilments(shopify as never) });
const tracked = (number: string) => ({ tracking: [{ number, carrier: 'DHL', url: null }] });

describe('a back office that waits to hear of its parcels', () => {
  it('is told once of each that is in Shopify, with its numbers', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 2 }]);
    const reference = order.references[0] ?? '';
    ship(reference, [{ sku: 'A', quantity: 1 }], tracked('C-1'));
    await run();
    ship(reference, [{ sku: 'A', quantity: 1 }], tracked('C-2'));
    await run();
    await run('full');
    expect(told).toEqual([`remote ${reference}: C-1`, `remote ${reference}: C-2`]);
  });

  it.each([
    ['fails for the moment, is told by the next run', () => new TransientError('no-answer', 'lost', { mayHaveLanded: true }), 2],
    ['is busy, is told by the next run', () => new TransientError('http-503', 'busy', { mayHaveLanded: false }), 2],
    ['refuses to hear of one, is not asked again', () => new RejectedError('unknown-number', 'no such number'), 1],
  ])('%s', async (_what, error, times) => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0] ?? '', [{ sku: 'A', quantity: 1 }], tracked('C-3'));
    failing = error();
    await run();
    expect(shopify.of(order.id)).toHaveLength(1);
    await run();
    await run();
    expect(told).toHaveLength(times);
  });

  it('is told for a minute at most, and of the rest by the next run: new parcels wait for the run', async () => {
    for (const number of ['C-5', 'C-6', 'C-7']) {
      const order = await addOrder([{ sku: 'A', quantity: 1 }]);
      ship(order.references[0] ?? '', [{ sku: 'A', quantity: 1 }], tracked(number));
    }
    const clock = vi.spyOn(performance, 'now');
    slow = () => void clock.mockReturnValue(61_000);
    clock.mockReturnValue(0);
    await run();
    clock.mockRestore();
    slow = () => undefined;
    expect(told).toHaveLength(1);
    await run();
    expect(told.map((one) => one.split(': ')[1]).sort()).toEqual(['C-5', 'C-6', 'C-7']);
  });

  it('is told of new parcels first: one that fails each time keeps none of them waiting', async () => {
    const parcel = async (number: string) => {
      const order = await addOrder([{ sku: 'A', quantity: 1 }]);
      ship(order.references[0] ?? '', [{ sku: 'A', quantity: 1 }], tracked(number));
    };
    await parcel('C-8');
    failing = new TransientError('http-503', 'busy', { mayHaveLanded: false });
    await run();
    for (const number of ['C-9', 'C-10', 'C-11', 'C-12']) await parcel(number);
    told.length = 0;
    await run();
    expect(told.map((one) => one.split(': ')[1]).at(-1)).toBe('C-8');
    expect(told).toHaveLength(5);
  });

  it('hears nothing of what is only planned', async () => {
    const order = await addOrder([{ sku: 'A', quantity: 1 }]);
    ship(order.references[0] ?? '', [{ sku: 'A', quantity: 1 }], tracked('C-4'));
    Object.assign(live, { access: 'read' });
    await run();
    expect(told).toEqual([]);
  });
});
