/** What the app answers about one product (`/api/extension/product`). Moments are ISO 8601; sentences are in the language asked for. */
export interface ProductAnswer {
  /** The shop's, in which moments are written. */
  timeZone: string;
  /** Whether the shop has an active connection to a back office. */
  connected: boolean;
  /** Null while Crossdock has not seen the product. */
  product: { id: string; title: string } | null;
  backOffices: BackOfficeAnswer[];
  canSync: boolean;
  /** True while a run that somebody asked for here is at work. */
  syncing: boolean;
}

/** The product in one back office. */
export interface BackOfficeAnswer {
  name: string;
  /** Whether its products sync is on. */
  enabled: boolean;
  variants: VariantAnswer[];
}

export interface VariantAnswer {
  title: string;
  code: string;
  state: string;
  /** The linked record's id over there. */
  record: string | null;
  lastSync: string | null;
  reason: string | null;
  problem: { title: string; fix: string } | null;
  /** `available` is null where the back office says nothing of it. */
  stock: { facility: string; available: number | null }[];
}

/** Whether a body that came with status 200 is ours: a proxy's page or an older app must not break the block. */
export function isProductAnswer(body: unknown): body is ProductAnswer {
  if (typeof body !== 'object' || body === null) return false;
  return 'product' in body && 'timeZone' in body && 'backOffices' in body && Array.isArray(body.backOffices);
}
