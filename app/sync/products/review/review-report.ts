import type { CodeRule } from '../product-code.ts';

/** How one product of the sample stands to the back office. */
export type MatchOutcome = 'matched' | 'conflict' | 'not-found';

export interface SampleRow {
  variantId: string;
  title: string;
  code: string;
  outcome: MatchOutcome;
  /** What the back office calls it, where it has the code. */
  there: string | null;
}

/** What may be wrong with codes, so that it is mended before anything is written. */
export const codeFaults = ['missing', 'duplicate', 'spaced', 'case'] as const;
export type CodeFault = (typeof codeFaults)[number];

/** What both sides have, before the first product is written. */
export interface ReviewReport {
  /** Under which settings it was made: with others it says nothing. */
  rules: CodeRule & { physicalOnly: boolean };
  shopify: {
    products: number;
    variants: number;
    /** Variants that would go. */
    going: number;
    /** Variants that are left out by a rule, by its code. */
    leftOut: Record<string, number>;
  };
  backOffice: {
    /** Null where it can't be asked cheaply. */
    products: number | null;
    /** Null where it can't be asked for single codes. */
    looked: { asked: number; found: number; conflicts: number } | null;
  };
  sample: SampleRow[];
  faults: Record<CodeFault, { count: number; first: { code: string; title: string }[] }>;
}

/** Below this share of codes found there, the identifier is likely the wrong one (a back office's own wizard warns at the same share). */
const FEW_MATCHES = 0.7;

/** Whether so few codes match that somebody should look at the identifier. Where none does, the back office is likely new. Pure. */
export function matchesAreFew({ backOffice: { looked } }: ReviewReport): boolean {
  return looked !== null && looked.found > 0 && looked.found < looked.asked * FEW_MATCHES;
}

const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word.length > 1),
  );

/**
 * Whether what the back office has under a code is another product than ours: it has a name of its own, and shares no word with ours. A record
 * without a name, or named by its code, says nothing. Pure.
 */
export function isOtherProduct(code: string, ours: string, theirs: string): boolean {
  const there = wordsOf(theirs);
  if (there.size === 0 || theirs.trim().toLowerCase() === code.trim().toLowerCase()) return false;
  return ![...wordsOf(ours)].some((word) => there.has(word));
}

/** How many of each outcome a sample shows, at most. */
const SHOWN: Record<MatchOutcome, number> = { conflict: 5, 'not-found': 5, matched: 5 };

/** A few of each outcome, what needs eyes first. Pure. */
export function sampleOf(rows: readonly SampleRow[]): SampleRow[] {
  return (['conflict', 'not-found', 'matched'] as const).flatMap((outcome) =>
    rows.filter((row) => row.outcome === outcome).slice(0, SHOWN[outcome]),
  );
}
