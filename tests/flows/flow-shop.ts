import { ControlClient, eventually } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods, openStockroomApi, switchSyncs } from '../../sandbox/set-up-shop.ts';

/** An order as Shopify's ledger has it. Amounts are decimal text in the shop's currency. */
export interface InShopify {
  id: string;
  name: string;
  cancelledAt: string | null;
  financialStatus: string;
  fulfillmentStatus: string;
  total: string;
  currentTotal: string;
  tax: string;
  currency: string;
  presentment: { currency: string; total: string };
  lines: { id: string; sku: string | null; quantity: number; currentQuantity: number; price: string; fulfilled: number }[];
  fulfilmentOrders: {
    n: number;
    location: string;
    status: string;
    delivery: string;
    holds: { reason: string; byApp: boolean }[];
    lines: { sku: string | null; quantity: number; remaining: number }[];
  }[];
  fulfilments: {
    status: string;
    location: string;
    tracking: { number: string | null; company: string | null }[];
    lines: { sku: string | null; quantity: number }[];
  }[];
  tags: string[];
  refunds: { amount: string; lines: { sku: string | null; quantity: number }[] }[];
}

interface Tax {
  title: string;
  rate: number;
  amount: number;
}

/** A part of an order as Stockroom's own API has it. Amounts are minor units. */
export interface InStockroom {
  id: string;
  reference: string;
  state: string;
  facility: { name: string };
  cancelReason: string;
  currency: string;
  taxesIncluded: boolean;
  total: number;
  deliveryMethod: string;
  shipping: { title: string; carrier: string | null; method: string | null } | null;
  charges: { kind: string; title: string; amount: number; discount: number; taxes: Tax[] }[];
  payments: { gateway: string; amount: number; paid: boolean }[];
  lines: {
    externalId: string;
    sku: string;
    quantity: number;
    shipped: number;
    cancelled: number;
    unitPrice: number;
    discount: number;
    total: number;
    taxes: Tax[];
  }[];
  shipments: { state: string }[];
  returns: unknown[];
  shipTo: { address1: string; countryCode: string } | null;
  customer: { name: string } | null;
}

/** An order as the app's own list shows it. */
export interface InApp {
  id: string;
  name: string;
  state: string;
  reason: { code: string; params: Record<string, string | number> } | null;
  problem: string | null;
}

/** One order seen from everywhere. */
export interface OrderView {
  shopify: InShopify;
  /** In the order of their references. */
  parts: InStockroom[];
  app: InApp | undefined;
}

export interface FlowShop {
  port: number;
  domain: string;
  control: ControlClient;
  merchant: Merchant;
  connectionId: string;
  /** A path of the control API with this shop. */
  at: (path: string) => string;
  /** A call of Stockroom's own API. */
  stockroom: <Answer>(method: string, path: string, body?: unknown) => Promise<Answer>;
}

/** Installs the app on a shop of its own and connects it to Stockroom, by the doors a merchant uses. */
export async function openFlowShop(
  port: number,
  name: string,
  options: { syncs: string[]; prepare?: (shop: Pick<FlowShop, 'control' | 'at'>) => Promise<void> },
): Promise<FlowShop> {
  const domain = `${name}.myshopify.com`;
  const at = (path: string) => `${path}${path.includes('?') ? '&' : '?'}shop=${domain}`;
  const plain = new ControlClient(port);
  await plain.post('/shops', { domain, catalogue: 'demo', plan: 'plus' });
  const merchant = new Merchant(port, { shop: domain });
  await merchant.open();
  // The steps of a merchant's setting up speak of the shop at hand, not of the demo shop.
  const control = new Proxy(plain, {
    get(target, property) {
      if (property === 'get' || property === 'post') return (path: string, body?: unknown) => target[property](at(path), body);
      return Reflect.get(target, property, target) as unknown;
    },
  });
  await options.prepare?.({ control: plain, at });
  const connectionId = await connectBackOffice(merchant, control, 'stockroom');
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  const token = await openStockroomApi(merchant, plain, connectionId);
  await switchSyncs(merchant, connectionId, ['products']);
  const stockroom = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port - 100}/stockroom/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  };
  await eventually(
    'the catalogue in Stockroom',
    async () => (await stockroom<{ total: number }>('GET', '/products?limit=1')).total > 100,
    { withinMs: 180_000 },
  );
  await switchSyncs(merchant, connectionId, options.syncs);
  return { port, domain, control: plain, merchant, connectionId, at, stockroom };
}

async function appsOrders({ merchant }: FlowShop): Promise<InApp[]> {
  const rows: InApp[] = [];
  for (let page = 1; ; page += 1) {
    const { records } = await merchant.read<{ records: { rows: InApp[]; hasNext: boolean } }>(
      `/app/orders?page=${page}`,
      'routes/app.orders._index',
    );
    rows.push(...records.rows);
    if (!records.hasNext) return rows;
  }
}

async function stockroomsOrders({ stockroom }: FlowShop): Promise<InStockroom[]> {
  const orders: InStockroom[] = [];
  let after = '';
  do {
    const page = await stockroom<{ orders: InStockroom[]; next: string | null }>('GET', `/orders?limit=250${after}`);
    orders.push(...page.orders);
    after = page.next === null ? '' : `&after=${page.next}`;
  } while (after);
  return orders;
}

type Seen = Map<string, OrderView>;

/** Looks at all three sides at once, at most every `everyMs`, for however many that wait. */
export class Lookout {
  readonly #shop: FlowShop;
  readonly #everyMs: number;
  #next: Promise<Seen> | undefined;

  constructor(shop: FlowShop, everyMs = 1200) {
    this.#shop = shop;
    this.#everyMs = everyMs;
  }

  async #read(): Promise<Seen> {
    await new Promise((resolve) => setTimeout(resolve, this.#everyMs));
    this.#next = undefined;
    const { control, at } = this.#shop;
    const [shopify, parts, app] = await Promise.all([
      control.get<InShopify[]>(at('/shopify/orders?limit=500')),
      stockroomsOrders(this.#shop),
      appsOrders(this.#shop),
    ]);
    return new Map(
      shopify.map((order) => [
        order.name,
        {
          shopify: order,
          parts: parts
            .filter(({ reference }) => {
              // A merchant may put a prefix before the number.
              const own = reference.slice(Math.max(0, reference.indexOf('#')));
              return own === order.name || own.startsWith(`${order.name}_`);
            })
            .sort((one, other) => one.reference.localeCompare(other.reference, 'en', { numeric: true })),
          app: app.find(({ name }) => name === order.name),
        },
      ]),
    );
  }

  /** Waits until `holds` throws no more and returns what was seen then; otherwise throws what it threw last. */
  async until(name: string, holds: (view: OrderView) => void, withinMs = 120_000): Promise<OrderView> {
    const end = Date.now() + withinMs;
    for (;;) {
      this.#next ??= this.#read();
      const view = (await this.#next).get(name);
      try {
        if (!view) throw new Error(`Shopify has no order ${name}`);
        holds(view);
        return view;
      } catch (error) {
        if (Date.now() < end) continue;
        const seen = view && {
          app: view.app,
          parts: view.parts.map(({ reference, state, lines, total }) => ({ reference, state, total, lines })),
          shopify: view.shopify,
        };
        throw new Error(
          `${name}: ${error instanceof Error ? error.message : String(error)}\nSeen last: ${JSON.stringify(seen)}`,
          { cause: error },
        );
      }
    }
  }
}
