/** What the app answers about one order (`/api/extension/order`). Moments are ISO 8601; sentences are in the language asked for. */
export interface OrderAnswer {
  /** The shop's, in which moments are written. */
  timeZone: string;
  /** Whether the shop has an active connection to a back office. */
  connected: boolean;
  /** Null while Crossdock has not seen the order. */
  order: { id: string; name: string; state: string; reason: string | null } | null;
  parts: PartAnswer[];
  /** The problem to solve first, and how many more there are. */
  problem: { title: string; fix: string; others: number } | null;
  canSyncAgain: boolean;
  /** True while news about the order waits to be handled. */
  syncing: boolean;
}

/** The share of the order that goes to one connection. */
export interface PartAnswer {
  reference: string;
  backOffice: string;
  backOfficeNumber: string | null;
  backOfficeUrl: string | null;
  facility: string;
  state: string;
  shipments: ParcelAnswer[];
}

export interface ParcelAnswer {
  state: string;
  shippedAt: string;
  tracking: { number: string; carrier: string | null; url: string | null }[];
}

/** Whether a body that came with status 200 is ours: a proxy's page or an older app must not break the block. */
export function isOrderAnswer(body: unknown): body is OrderAnswer {
  if (typeof body !== 'object' || body === null) return false;
  return 'order' in body && 'timeZone' in body && 'parts' in body && Array.isArray(body.parts);
}
