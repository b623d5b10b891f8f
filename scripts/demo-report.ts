import type { BackOfficeLedger, Catalogue, ControlClient, ShopifyLedger } from '../sandbox/control-client.ts';
import type { Merchant } from '../sandbox/merchant.ts';

export function say(text: string): void {
  process.stdout.write(`• ${text}\n`);
}

export function table(rows: [string, string | number][]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}

/** Two dozen orders of several kinds, from the catalogue at hand. */
export function ordersOfDemo(levels: ShopifyLedger['levels'], variants: Catalogue[number]['variants']): unknown[] {
  const counts = new Map<string, number>();
  for (const variant of variants)
    if (variant.sku && variant.requiresShipping) counts.set(variant.sku, (counts.get(variant.sku) ?? 0) + 1);
  const sellable = [
    ...new Set(
      levels
        .filter(
          (level) =>
            level.active && level.sku && level.available >= 8 && counts.get(level.sku) === 1 && level.sku === level.sku.trim(),
        )
        .map((level) => level.sku),
    ),
  ];
  if (sellable.length < 8) throw new Error('The demo shop has too few SKUs in stock');
  const sku = (index: number) => sellable[index % sellable.length] ?? '';
  const orders: unknown[] = [];
  for (let index = 0; index < 18; index += 1) {
    const lines = [{ sku: sku(index), quantity: 1 + (index % 3) }];
    if (index % 2 === 0) lines.push({ sku: sku(index + 7), quantity: 1 });
    orders.push({ lines, ...(index % 5 === 4 ? { tags: ['vip'] } : {}) });
  }
  orders.push({ lines: [{ sku: sku(3), quantity: 1 }], financialStatus: 'pending' });
  orders.push({ lines: [{ sku: sku(4), quantity: 1 }], shipping: { title: 'Drone to the balcony', code: 'DRONE' } });
  orders.push({ lines: [{ sku: sku(5), quantity: 1 }], requiresShipping: false });
  return orders;
}

interface Accounted {
  sent: number;
  excluded: number;
  named: number;
  /** Orders that are nowhere: neither in the back office, nor left out by a rule, nor named. */
  gap: string[];
  details: string[];
}

interface OrdersPage {
  records: {
    rows: { id: string; name: string; state: string; reason: { code: string } | null; problem: string | null }[];
    hasNext: boolean;
  };
}

const units = (lines: { sku: string; quantity: number }[]) =>
  [
    ...Map.groupBy(
      lines.filter((line) => line.quantity > 0),
      (line) => line.sku.trim(),
    ),
  ]
    .map(([sku, all]) => `${sku}×${all.reduce((sum, line) => sum + line.quantity, 0)}`)
    .sort()
    .join(' ');

function sameUnits(order: ShopifyLedger['orders'][number], parts: BackOfficeLedger['orders']): boolean {
  return (
    units(order.lines.map(({ sku, quantity }) => ({ sku: sku ?? '', quantity }))) === units(parts.flatMap((part) => part.lines))
  );
}

async function appsView(merchant: Merchant): Promise<Map<string, OrdersPage['records']['rows'][number]>> {
  const rows = new Map<string, OrdersPage['records']['rows'][number]>();
  for (let page = 1; ; page += 1) {
    const { records } = await merchant.read<OrdersPage>(`/app/orders?page=${page}`, 'routes/app.orders._index');
    for (const row of records.rows) rows.set(row.name, row);
    if (!records.hasNext) return rows;
  }
}

/** Compares the two ledgers order by order; what is not in the back office must be left out or named by the app with its reason. */
export async function accountForOrders(
  control: ControlClient,
  merchant: Merchant,
  connector: string,
  names: string[],
): Promise<Accounted> {
  const [shopify, backOffice, app] = await Promise.all([
    control.shopify('?levels=0'),
    control.backOffice(connector),
    appsView(merchant),
  ]);
  const result: Accounted = { sent: 0, excluded: 0, named: 0, gap: [], details: [] };
  for (const name of names) {
    const order = shopify.orders.find((one) => one.name === name);
    const parts = backOffice.orders.filter((one) => one.reference === name || one.reference.startsWith(`${name}_`));
    const row = app.get(name);
    const references = new Set(parts.map((part) => part.reference));
    if (order && parts.length > 0 && references.size === parts.length && sameUnits(order, parts)) result.sent += 1;
    else if (parts.length === 0 && row?.state === 'skipped') {
      result.excluded += 1;
      result.details.push(`${name} left out: ${row.reason?.code ?? ''}`);
    } else if (parts.length === 0 && row && (row.problem || row.state === 'held')) {
      result.named += 1;
      result.details.push(`${name} ${row.state}: ${row.problem ?? row.reason?.code ?? ''}`);
    } else result.gap.push(name);
  }
  return result;
}
