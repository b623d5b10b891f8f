import { Prisma } from '@prisma/client';

/** What a level's target is computed from. Units. */
export interface StockNumbers {
  /** What the back office can sell there: on hand minus what it has reserved. */
  remoteAvailable: number;
  /** Units sold in Shopify that the back office hadn't reserved when it counted (see stock-facts). */
  inFlight: number;
  /** Kept back at this location. */
  safetyStock: number;
  /** A target below this is shown as none; at it, it stands. 0 = no minimum. */
  minimumLevel: number;
}

/**
 * What Shopify should show as available: never more than the back office has, never below zero. With a minimum level of 5,
 * 4 becomes 0 and 5 stays 5. `stockTargetSql` says the same to PostgreSQL; a test holds the two together.
 */
export function stockTarget({ remoteAvailable, inFlight, safetyStock, minimumLevel }: StockNumbers): number {
  const left = Math.max(0, remoteAvailable - Math.max(0, inFlight) - Math.max(0, safetyStock));
  return left < minimumLevel ? 0 : left;
}

/** The same over columns, for a million rows in one statement. */
export function stockTargetSql(columns: Record<keyof StockNumbers, Prisma.Sql>): Prisma.Sql {
  const { remoteAvailable, inFlight, safetyStock, minimumLevel } = columns;
  const left = Prisma.sql`greatest(0, ${remoteAvailable} - greatest(0, ${inFlight}) - greatest(0, ${safetyStock}))`;
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
