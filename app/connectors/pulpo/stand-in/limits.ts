import type { World } from './world.ts';

/** What PULPO publishes no number for, and the sandbox can set. */
interface Limits {
  /** `expires_in` that a login announces, seconds. Source: pulpo.md §2.1, the sample. */
  announcedSeconds: number;
  /** How long a token really lives, seconds by the sandbox clock. */
  tokenSeconds: number;
  /** More logins than this … */
  logins: number;
  /** … within so many seconds … */
  withinSeconds: number;
  /** … ban the address for so long. All three are guesses. */
  banSeconds: number;
}

const DEFAULTS: Limits = { announcedSeconds: 43_200, tokenSeconds: 43_200, logins: 30, withinSeconds: 60, banSeconds: 300 };

export const LIMIT_NAMES = Object.keys(DEFAULTS) as (keyof Limits)[];

export function limitsOf(world: World): Limits {
  const set = world.state.all<{ name: string; value: number }>('SELECT name, value FROM limits');
  return { ...DEFAULTS, ...Object.fromEntries(set.map(({ name, value }) => [name, value])) };
}

/** Changes limits and forgets counted logins and bans. */
export function setLimits(world: World, change: Partial<Limits>): Limits {
  world.state.transaction(() => {
    for (const [name, value] of Object.entries(change))
      world.state.run(
        'INSERT INTO limits (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
        name,
        value,
      );
    world.state.run('DELETE FROM logins');
    world.state.run('DELETE FROM bans');
  });
  return limitsOf(world);
}
