import type { Plan } from './world.ts';

/** Points restored each second by plan (facts: shopify.md §5); the bucket holds 20 s of it. */
export const RESTORE_RATE: Record<Plan, number> = { standard: 100, advanced: 200, plus: 1_000, enterprise: 2_000 };
const BUCKET_SECONDS = 20;
/** The most that one query may ask for. */
export const MAX_QUERY_COST = 1_000;

export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

export interface Buckets {
  /** Takes `points` from the shop's bucket; false when it holds too little (then nothing is taken). */
  charge(shopId: number, plan: Plan, points: number): boolean;
  /** Gives back what was charged too much. */
  refund(shopId: number, plan: Plan, points: number): void;
  status(shopId: number, plan: Plan): ThrottleStatus;
}

/** One leaking bucket for each shop (the sandbox has one app), by the sandbox clock. */
export function openBuckets(now: () => number): Buckets {
  const buckets = new Map<number, { level: number; at: number }>();
  const level = (shopId: number, plan: Plan) => {
    const rate = RESTORE_RATE[plan];
    const most = rate * BUCKET_SECONDS;
    const at = now();
    let bucket = buckets.get(shopId);
    if (!bucket) {
      bucket = { level: most, at };
      buckets.set(shopId, bucket);
    }
    bucket.level = Math.min(most, bucket.level + (Math.max(0, at - bucket.at) / 1000) * rate);
    bucket.at = at;
    return bucket;
  };
  return {
    charge(shopId, plan, points) {
      const bucket = level(shopId, plan);
      if (bucket.level < points) return false;
      bucket.level -= points;
      return true;
    },
    refund(shopId, plan, points) {
      const bucket = level(shopId, plan);
      bucket.level = Math.min(RESTORE_RATE[plan] * BUCKET_SECONDS, bucket.level + points);
    },
    status(shopId, plan) {
      return {
        maximumAvailable: RESTORE_RATE[plan] * BUCKET_SECONDS,
        currentlyAvailable: Math.floor(level(shopId, plan).level),
        restoreRate: RESTORE_RATE[plan],
      };
    },
  };
}
