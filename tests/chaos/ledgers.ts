interface Units {
  sku: string | null;
  quantity: number;
}

/** An order as Shopify's ledger has it. Amounts are decimal text in the shop's currency. */
export interface OrderInShopify {
  id: string;
  name: string;
  cancelledAt: string | null;
  financialStatus: string;
  total: string;
  /** What it comes to now, without what was taken off or came back. */
  currentTotal: string;
  /** What is still to be paid; below nothing where too little came back. */
  outstanding: string;
  shippingTotal: string;
  /** `net`: of all units that were ordered, after discounts. A tip is a line, too. */
  lines: { id: string; sku: string | null; quantity: number; currentQuantity: number; fulfilled: number; net: string }[];
  fulfilmentOrders: { n: number; location: string; status: string; delivery: string; lines: (Units & { remaining: number })[] }[];
  fulfilments: {
    id: string;
    status: string;
    location: string;
    tracking: { number: string | null; company: string | null }[];
    lines: Units[];
  }[];
  refunds: { id: string; note: string | null; amount: string; lines: Units[] }[];
}

export interface LevelInShopify {
  sku: string | null;
  location: string;
  available: number;
  onHand: number;
  committed: number;
  active: boolean;
}

export interface ShopifyLedger {
  orders: OrderInShopify[];
  levels: LevelInShopify[];
}

/** An order, or a part of one, as the back office's ledger has it. */
export interface OrderInBackOffice {
  reference: string;
  state: string;
  /** Absent where the back office's ledger does not name it. */
  facility?: string;
  /** What it comes to there, in decimals or minor units as the back office counts; null where its ledger tells no money. */
  total?: string | number | null;
  /** Where it goes, with the street; null or absent where its ledger doesn't tell. */
  address?: string | null;
  /** It told us of the order late, and of its stock not since: we can't know whether the stock that we know lacks the units. */
  uncounted?: boolean;
  /** `fulfilled` and the line's own `facility` where its ledger counts them; `reserved` false where the units are still in its stock. */
  lines: { sku: string; quantity: number; fulfilled?: number; facility?: string | null; reserved?: boolean }[];
  shipments: { tracking: unknown; carrier?: string | null; lines: { sku: string; quantity: number }[] }[];
}

export interface ReturnInBackOffice {
  reference: string | null;
  lines: { sku: string; quantity: number; state?: string }[];
}

export interface BackOfficeLedger {
  orders: OrderInBackOffice[];
  stock: { sku: string; facility: string; available: number }[];
  products: unknown[];
  returns: ReturnInBackOffice[];
}

/** Both sides at one moment. */
export interface Ledgers {
  shopify: ShopifyLedger;
  backOffice: BackOfficeLedger;
}

/** What the app itself says, as a merchant sees it on its pages; never counted, only asked whether it names what is missing. */
export interface MerchantsView {
  orders: Map<string, { name: string; state: string; reason: string | null; problem: string | null }>;
  /** Open problems, by cause and what they are about. */
  problems: { cause: string; subjectKind: string; label: string; params: Record<string, unknown> }[];
  /** Runs of their own that wait or work. */
  busyRuns: { id: string; sync: string; state: string }[];
  /** News that nobody has worked on yet. */
  waiting: number;
  /** What the statement says that was made at the end: each kind's total, and how many records differ. */
  statement: Partial<Record<'order' | 'shipment' | 'level', { total: number; gap: number; failed: number; found: number }>>;
}

/** The order that a back office's reference belongs to: `#1001_2` is a part of `#1001`. */
export const orderNameOf = (reference: string): string => reference.replace(/_\d+$/, '');

/** Tracking numbers of a shipment, whichever shape the ledger gives them. */
export function trackingNumbersOf(tracking: unknown): string[] {
  if (tracking === null || tracking === undefined) return [];
  if (typeof tracking === 'string') return [tracking];
  if (Array.isArray(tracking)) return tracking.flatMap(trackingNumbersOf);
  const { number } = tracking as { number?: unknown };
  return typeof number === 'string' ? [number] : [];
}

/** `sku×units` of lines, sorted; lines of the same SKU count together. */
export function unitsText(lines: readonly Units[]): string {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) if (sku && quantity > 0) sums.set(sku.trim(), (sums.get(sku.trim()) ?? 0) + quantity);
  return [...sums]
    .map(([sku, quantity]) => `${sku}×${quantity}`)
    .sort()
    .join(' ');
}

/** Fulfilment orders in these states have nothing left to do. */
export const overInShopify = ['CLOSED', 'CANCELLED'];

export const isLive = (part: OrderInBackOffice): boolean => part.state !== 'cancelled';
