import { Prisma } from '@prisma/client';

/** The highest quantity that Shopify takes. */
const MOST = 1_000_000_000;

/** A back office's number within what can be told to Shopify and added up: some say "always there" by all the nines they have. */
export const withinReason = (units: number): number => Math.max(-MOST, Math.min(MOST, Math.trunc(units)));

/** The same over a sum. */
export const withinReasonSql = (units: Prisma.Sql): Prisma.Sql => Prisma.sql`least(${MOST}, greatest(${-MOST}, ${units}))::int`;

/** What a level's target is computed from. Units. */
export interface StockNumbers {
  /** What the back office can sell at each facility whose stock the level shows: on hand minus what it has reserved. */
  facilities: readonly number[];
  /** Units sold in Shopify that the back office hadn't reserved when it counted (see stock-facts). */
  inFlight: number;
  /** Kept back at each of the facilities. */
  safetyStock: number;
  /** Kept back once, of what the facilities have together. */
  threshold: number;
  /** A target below this is shown as none; at it, it stands. 0 = no minimum. */
  minimumLevel: number;
}

/** What one facility gives after safety stock, which is held back of what is there and makes no debt of its own. A facility that owes units owes them. */
export const facilityShare = (available: number, safetyStock: number): number =>
  available > 0 ? Math.max(0, available - Math.max(0, safetyStock)) : available;

/**
 * What Shopify should show as available: never more than the back office has, never below zero. With a minimum level of 5,
 * 4 becomes 0 and 5 stays 5. `facilityShareSql` and `stockTargetSql` say the same to PostgreSQL; a test holds them together.
 */
export function stockTarget({ facilities, inFlight, safetyStock, threshold, minimumLevel }: StockNumbers): number {
  const sellable = facilities.reduce((sum, available) => sum + facilityShare(available, safetyStock), 0);
  const left = Math.min(MOST, Math.max(0, sellable - Math.max(0, inFlight) - Math.max(0, threshold)));
  return left < minimumLevel ? 0 : left;
}

/** One facility's share over columns. */
export const facilityShareSql = (available: Prisma.Sql, safetyStock: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(CASE WHEN ${available} > 0 THEN greatest(0, ${available} - greatest(0, ${safetyStock})) ELSE ${available} END)`;

/** The target over columns, for a million rows in one statement; `sellable` is the sum of the shares. */
export function stockTargetSql(columns: Record<'sellable' | 'inFlight' | 'threshold' | 'minimumLevel', Prisma.Sql>): Prisma.Sql {
  const { sellable, inFlight, threshold, minimumLevel } = columns;
  const left = Prisma.sql`least(${MOST}, greatest(0, ${sellable}::bigint - greatest(0, ${inFlight}) - greatest(0, ${threshold})))`;
  return Prisma.sql`(CASE WHEN ${left} < ${minimumLevel} THEN 0 ELSE ${left} END)::int`;
}

/** One level of one item as it is planned. */
export interface LevelFacts extends StockNumbers {
  /** What Shopify shows. */
  available: number;
  active: boolean;
  /** Whether an inactive level may be switched on to carry stock. */
  activateLevels: boolean;
}

export type LevelPlan =
  | { action: 'none' }
  | { action: 'create' | 'update' | 'zero'; before: number; after: number }
  | { action: 'skip'; reason: 'level-inactive' };

/** What publishing this level would do. Planning its own outcome again gives `none`. */
export function planStock(facts: LevelFacts): LevelPlan {
  const { available: before, active, activateLevels } = facts;
  const after = stockTarget(facts);
  if (!active) {
    // an inactive level shows nothing already; switching it on for a zero would only litter the location
    if (after === 0) return { action: 'none' };
    return activateLevels ? { action: 'create', before, after } : { action: 'skip', reason: 'level-inactive' };
  }
  if (before === after) return { action: 'none' };
  return { action: after === 0 && before > 0 ? 'zero' : 'update', before, after };
}

/** The same over columns: one of none, create, update, zero, skip. */
export function planActionSql(columns: {
  target: Prisma.Sql;
  available: Prisma.Sql;
  active: Prisma.Sql;
  activateLevels: Prisma.Sql;
}): Prisma.Sql {
  const { target, available, active, activateLevels } = columns;
  return Prisma.sql`CASE
    WHEN NOT ${active} THEN CASE WHEN ${target} = 0 THEN 'none' WHEN ${activateLevels} THEN 'create' ELSE 'skip' END
    WHEN ${available} = ${target} THEN 'none'
    WHEN ${target} = 0 AND ${available} > 0 THEN 'zero'
    ELSE 'update' END`;
}
