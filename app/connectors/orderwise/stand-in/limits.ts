import { z } from 'zod';
import type { World } from './world.ts';

/** What OrderWise publishes no number for, or what is unknown about it and can be so or so. */
const shape = z.strictObject({
  /** How long a token lives, seconds by the sandbox clock. Sources differ between a call and 30 days (orderwise.md §5). */
  tokenSeconds: z.int().positive(),
  /** More tokens than this for one user … */
  logins: z.int().positive(),
  /** … within so many seconds are refused. A guess. */
  withinSeconds: z.int().positive(),
  /** Calls that one instance answers at once. Source: orderwise.md §5. */
  concurrency: z.int().positive(),
  /** How long an order's import takes, real ms. */
  orderMs: z.int().nonnegative(),
  /** How long an export definition takes, real ms. */
  exportMs: z.int().nonnegative(),
  /**
   * What becomes of a repeated eCommerceOrderNumber. Unknown (orderwise.md §5): accepted by default, since a stand-in that refuses it would
   * hide the very mistake it is here to show.
   */
  duplicates: z.enum(['accepted', 'refused']),
  /** An order posted is imported at once, or answered by an empty 204 and imported by the session's next run (orderwise.md §1, §7.2). */
  orders: z.enum(['at-once', 'queued']),
});
type Limits = z.infer<typeof shape>;
export const limitsBody = shape.partial();

const DEFAULTS: Limits = {
  tokenSeconds: 3_600,
  logins: 60,
  withinSeconds: 60,
  concurrency: 2,
  orderMs: 15,
  exportMs: 30,
  duplicates: 'accepted',
  orders: 'at-once',
};

export function limitsOf(world: World): Limits {
  const set = world.state.all<{ name: string; value: string }>('SELECT name, value FROM limits');
  return { ...DEFAULTS, ...Object.fromEntries(set.map(({ name, value }) => [name, JSON.parse(value) as unknown])) };
}

/** Changes limits and forgets counted logins. */
export function setLimits(world: World, change: z.infer<typeof limitsBody>): Limits {
  world.state.transaction(() => {
    for (const [name, value] of Object.entries(change))
      world.state.run(
        'INSERT INTO limits (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        JSON.stringify(value),
      );
    world.state.run('DELETE FROM logins');
  });
  return limitsOf(world);
}
