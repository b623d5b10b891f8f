import type { World } from './world.ts';

/** What HotWax publishes no number for, and the sandbox can set. 0 switches a thing off. */
interface Limits {
  /** How long a token lives, seconds by the sandbox clock, as `expirationTime` announces it. The length is a guess. */
  tokenSeconds: number;
  /** More log-ins than this within a minute are refused. A guess that bans a log-in per call. */
  logins: number;
  /** Rows that come when nobody asks for a number. Source: hotwax.md §3.1 "silent default of 100 rows". */
  defaultRows: number;
  /** Most rows of one page however many are asked for, in silence; 0 = no cap. */
  pageSize: number;
  /** 1: an empty list is answered with 200 and no bytes. Source: hotwax.md §3.1. */
  emptyBodies: number;
  /** 1: `GET oms/returns` answers the newer `{returns, returnsCount}`. Source: hotwax.md §3.9. */
  wrappedReturns: number;
  /** 1: an approved sale at the till is completed at once; 0: it stays open. Source: hotwax.md §1.4 [D]; for orders that were posted a guess. */
  tillSales: number;
  /** 1: the instance offers GraphQL. Source: hotwax.md §3.10. */
  graphql: number;
  /** Credits of the GraphQL bucket, and how many come back a second. Source: hotwax.md §3.10. */
  graphqlCredits: number;
  graphqlRestore: number;
}

const DEFAULTS: Limits = {
  tokenSeconds: 3_600,
  logins: 30,
  defaultRows: 100,
  pageSize: 0,
  emptyBodies: 0,
  wrappedReturns: 0,
  tillSales: 1,
  graphql: 0,
  graphqlCredits: 1_000,
  graphqlRestore: 50,
};

export const LIMIT_NAMES = Object.keys(DEFAULTS) as (keyof Limits)[];

export function limitsOf(world: World): Limits {
  const set = world.state.all<{ name: string; value: string }>("SELECT name, value FROM settings WHERE name LIKE 'limit.%'");
  return { ...DEFAULTS, ...Object.fromEntries(set.map(({ name, value }) => [name.slice('limit.'.length), Number(value)])) };
}

/** Changes limits and forgets counted log-ins. */
export function setLimits(world: World, change: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(change)) setSetting(world, `limit.${name}`, String(value));
  world.state.run('DELETE FROM logins');
  return limitsOf(world);
}

/** How the instance is installed: both servers on one host, on two, or without the OFBiz front. Source: hotwax.md §3.1, §3.2. */
export type Hosts = 'one' | 'two' | 'moqui';

export const hostsOf = (world: World): Hosts => (settingOf(world, 'hosts') as Hosts | undefined) ?? 'one';

/** A switch of the sandbox, or undefined while nobody set it. */
export const settingOf = (world: World, name: string): string | undefined =>
  world.state.get<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)?.value;

export function setSetting(world: World, name: string, value: string): void {
  world.state.run(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    name,
    value,
  );
}
