import type { World } from './world.ts';

/** Numbers that the sandbox can set. Times are by the sandbox clock. */
interface Limits {
  /** Size of the leaky bucket, calls. Source: extensiv.md §2.1. */
  bucket: number;
  /** One call leaks out of the bucket in so many ms. Source: extensiv.md §2.1. */
  refillMs: number;
  /** From acceptance to delivery to the WMS. "Automatic" takes 1-2 minutes (§1.2); short here, so that a demonstration need not wait. */
  deliverySeconds: number;
  /** From the warehouse's shipping until IM has the tracking. */
  shipmentSeconds: number;
  /** From a change of stock until IM has the WMS's new figure. */
  inventorySeconds: number;
  /** Lists lag behind single reads by so much, though each change keeps its own date. A guess; sandbox politeness off. */
  listLagSeconds: number;
  /** A new order is found by its cust_ref only after so long. 0: no fact says that it takes any time. */
  findDelaySeconds: number;
  /** HTTP status of a bad key; unknown, so it can be changed (§2.5 of the advice: isolate). */
  badKeyStatus: number;
  /** `any` without dates times out above so many orders. Source: extensiv.md §2.4; the number is a guess. */
  anyRows: number;
  /** A delivery that the WMS refused is tried again after so long … Source: extensiv.md §1.8. */
  retryMinutes: number;
  /** … and given up after so many days. Source: extensiv.md §1.8. */
  retryDays: number;
  /** 1: inventory answers have orders newer than the WMS's figure taken off. Source: extensiv.md §1.5; that API answers have it too is a guess. */
  subtractNewOrders: number;
  /** 1: errors carry `status_message` as in older documents. Source: extensiv.md §2.1. */
  statusMessage: number;
}

const DEFAULTS: Limits = {
  bucket: 100,
  refillMs: 600,
  deliverySeconds: 5,
  shipmentSeconds: 2,
  inventorySeconds: 2,
  listLagSeconds: 1,
  findDelaySeconds: 0,
  badKeyStatus: 401,
  anyRows: 1000,
  retryMinutes: 60,
  retryDays: 15,
  subtractNewOrders: 1,
  statusMessage: 0,
};

export const LIMIT_NAMES = Object.keys(DEFAULTS) as (keyof Limits)[];

export function limitsOf(world: World): Limits {
  const set = world.state.all<{ name: string; value: number }>('SELECT name, value FROM limits');
  return { ...DEFAULTS, ...Object.fromEntries(set.map(({ name, value }) => [name, value])) };
}

/** Changes limits and empties the buckets. */
export function setLimits(world: World, change: Partial<Limits>): Limits {
  world.state.transaction(() => {
    for (const [name, value] of Object.entries(change))
      world.state.run(
        'INSERT INTO limits (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      );
    world.state.run('DELETE FROM buckets');
  });
  return limitsOf(world);
}
