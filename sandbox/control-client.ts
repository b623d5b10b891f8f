import { setTimeout as sleep } from 'node:timers/promises';

/** Both sides' records, as the stand-ins (or Stockroom's API) keep them. */
export interface ShopifyLedger {
  orders: {
    id: string;
    name: string;
    cancelledAt: string | null;
    closed: boolean;
    total: string;
    currency: string;
    tags: string[];
    financialStatus?: string;
    lines: { id: string; sku: string; quantity: number; price: string; fulfilled: number; refunded: number }[];
    fulfilmentOrders: {
      id?: string;
      location: string;
      status: string;
      holds: unknown[];
      lines: { sku: string; quantity: number; remaining?: number }[];
    }[];
    fulfilments: {
      location: string;
      status?: string;
      tracking: { number: string; company: string | null; url: string | null }[];
      lines: { sku: string; quantity: number }[];
    }[];
    refunds: unknown[];
    returns: unknown[];
  }[];
  levels: { sku: string; location: string; available: number; onHand: number; committed: number; active: boolean }[];
  /** How many. */
  products: number;
  variants: number;
  calls: { graphql: number; throttled: number; points: number; budgetPoints: number };
}

/** The catalogue as Shopify has it. */
export type Catalogue = {
  id: string;
  title: string;
  variants: { id: string; title: string; sku: string | null; price: string; tracked: boolean; requiresShipping: boolean }[];
}[];

export interface BackOfficeLedger {
  orders: {
    reference: string;
    state: string;
    total: number | string | null;
    lines: { sku: string; quantity: number; price?: unknown }[];
    shipments: { tracking: unknown; carrier?: string | null; lines: { sku: string; quantity: number }[] }[];
  }[];
  stock: { sku: string; facility: string; available: number }[];
  products: { sku: string }[];
  returns: unknown[];
}

/** A control call that was refused, with its text. */
export class ControlRefusal extends Error {
  readonly status: number;

  constructor(call: string, status: number, text: string) {
    super(`${call} answered ${status}: ${text.slice(0, 2000)}`);
    this.status = status;
  }
}

/** Talks to the sandbox's control API; every refusal is a ControlRefusal. */
export class ControlClient {
  readonly #base: string;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/_sandbox`;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return this.#call('GET', path);
  }

  async post<Answer = unknown>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#call('POST', path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path);
  }

  shopify(query = ''): Promise<ShopifyLedger> {
    return this.get(`/shopify/ledger${query}`);
  }

  catalogue(): Promise<Catalogue> {
    return this.get('/shopify/products');
  }

  backOffice(connector: string, query = ''): Promise<BackOfficeLedger> {
    return this.get(`/${connector}/ledger${query}`);
  }

  async #call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.#base}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new ControlRefusal(`${method} ${path}`, response.status, text);
    return (text ? JSON.parse(text) : undefined) as Answer;
  }
}

/** Looks again until `look` returns something other than undefined or false; the error says what was waited for. */
export async function eventually<Value>(
  what: string,
  look: () => Promise<Value | undefined | false>,
  { withinMs = 30_000, everyMs = 200 } = {},
): Promise<Value> {
  const until = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > until) throw new Error(`Waited ${withinMs / 1000} s for ${what}`, last === undefined ? {} : { cause: last });
    await sleep(everyMs);
  }
}
