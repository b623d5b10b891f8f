/** How much is done: `tiny` only proves that the result is right, `quick` and `full` are measured. */
export type Size = 'tiny' | 'quick' | 'full';

/** What came of one row of the table. `unmeasured`: this machine can't show it, and the reason says why. */
export type Verdict = 'pass' | 'miss' | 'unmeasured';

/** One row of the table: absolute seconds differ from machine to machine, so the ratio to the limit beside it is the claim. */
export interface Row {
  what: string;
  target: string;
  figure: string;
  /** What the machine itself allows, measured in the same run; empty where the target needs none. */
  limit: string;
  /** Figure by limit, so that 1 is the limit. */
  ratio: number | null;
  verdict: Verdict;
  /** Why it was missed, or can't be measured here; else what was done. */
  note: string;
}

/** The same work at three sizes. */
export interface Curve {
  name: string;
  /** What is counted along the bottom. */
  of: string;
  /** Seconds by size. */
  points: { size: number; seconds: number }[];
  /** What sets the limit, at the same sizes: where that grows faster than linear, so does what is built on it. */
  beside?: { what: string; points: { size: number; seconds: number }[] };
}

export interface Measures {
  /** Of one worker process. */
  ordersAnHour: number;
  /** Of one web process. */
  webhooksASecond: number;
  /** CPU seconds of PostgreSQL for one order. */
  databaseSecondsAnOrder: number;
}

export interface Result {
  rows: Row[];
  curves: Curve[];
  /** Figures that docs/operations.md computes machines from. */
  measures?: Partial<Measures>;
  /** What must be true of the result for the figures to mean anything, by name. */
  right: Record<string, boolean>;
}

/** What a bench is given. */
export interface Ground {
  size: Size;
  /** A fresh, migrated database; the settings that the app reads are set to it. */
  databaseUrl: string;
  /** A folder of its own, removed afterwards. */
  scratch: string;
  /** Tells what is going on, on stderr. */
  note(text: string): void;
}

export interface Bench {
  run(ground: Ground): Promise<Result>;
}

/** The number for this size. */
export function pick<Value>({ size }: Pick<Ground, 'size'>, values: Record<Size, Value>): Value {
  return values[size];
}
