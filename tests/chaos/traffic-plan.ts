import { seededRandom, type Random } from '../../sandbox/kit/random.ts';
import type { BackOffice } from './back-offices.ts';
import { places, type Place } from './chaos-shop.ts';
import { streetOf } from './logs.ts';

/** Somebody's next step on an order. Buyers and merchants act in Shopify, the warehouse in the back office. */
export type Step =
  | {
      by: 'warehouse';
      does: 'ship';
      part: 1 | 2;
      lines?: { sku: string; quantity: number }[];
      /** It ships nothing before it has heard of what was changed last, so that no change comes too late. */
      afterHeard?: boolean;
    }
  | { by: 'warehouse'; does: 'return'; lines: { sku: string; quantity: number }[] }
  | { by: 'merchant'; does: 'edit'; lines: { sku: string; quantity: number }[] }
  | { by: 'merchant'; does: 'refund'; lines: { sku: string; quantity: number }[] }
  | { by: 'merchant'; does: 'readdress'; street: string }
  | { by: 'merchant'; does: 'cancel' | 'pay' | 'hold' | 'release' };

interface Line {
  sku: string;
  quantity: number;
  location?: Place;
}

/** What makes a sum hard to agree on. */
interface Price {
  shipping?: { title: string; code: string; price: number };
  discounts?: { code: string; percentage?: number; amount?: number; target: 'order' | 'shipping' }[];
  taxesIncluded?: boolean;
  tip?: number;
}

export interface PlannedOrder {
  kind: string;
  body: { lines: Line[]; financialStatus?: 'pending'; requiresShipping?: boolean } & Price;
  steps: Step[];
  /** Nobody is ever to find it in the back office. */
  neverSent: boolean;
  /** One unit of what is scarce, bought instead of its lines as long as the shop offers it. */
  scarce?: boolean;
}

const shipAll = { by: 'warehouse', does: 'ship', part: 1 } as const;
const shipWhatWasHeard = { ...shipAll, afterHeard: true } as const;
const shipOne = (lines: Line[]): Step => ({ ...shipAll, lines: [{ sku: lines[0]?.sku ?? '', quantity: 1 }] });
const hold = { by: 'merchant', does: 'hold' } as const;
const release = { by: 'merchant', does: 'release' } as const;

/** Kinds of orders with their weights; each makes what is placed and what happens to it afterwards. */
const kinds: [
  weight: number,
  kind: string,
  make: (random: Random, lines: Line[], other: string) => Omit<PlannedOrder, 'kind'>,
][] = [
  [22, 'shipped whole', (_random, lines) => plain(lines, [shipAll])],
  [14, 'shipped in two parcels', (_random, lines) => plain(atLeastTwo(lines), [shipOne(lines), shipAll])],
  [8, 'left open', (_random, lines) => plain(lines, [])],
  [10, 'edited', (random, lines, other) => plain(lines, [editOf(random, lines, other)])],
  [
    4,
    'edited twice, then shipped',
    (random, lines, other) => plain(lines, [editOf(random, lines, other), editOf(random, lines, other), shipAll]),
  ],
  [
    4,
    'edited twice, and shipped when the warehouse has heard of it',
    (random, lines, other) => plain(lines, [editOf(random, lines, other), editOf(random, lines, other), shipWhatWasHeard]),
  ],
  [
    5,
    'edited while it leaves',
    (random, lines, other) => plain(atLeastTwo(lines), [shipOne(lines), editOf(random, lines, other)]),
  ],
  [9, 'cancelled', (_random, lines) => plain(lines, [{ by: 'merchant', does: 'cancel' }])],
  [
    8,
    'returned',
    (_random, lines) =>
      plain(lines, [shipAll, { by: 'warehouse', does: 'return', lines: [{ sku: lines[0]?.sku ?? '', quantity: 1 }] }]),
  ],
  [
    5,
    'one unit refunded before it left',
    (_random, lines) =>
      plain(atLeastTwo(lines), [{ by: 'merchant', does: 'refund', lines: [{ sku: lines[0]?.sku ?? '', quantity: 1 }] }, shipAll]),
  ],
  [
    6,
    'from two places',
    (random, lines, other) =>
      plain(
        [
          ...lines.map((line) => ({ ...line, location: places[0] })),
          { sku: other, quantity: random.between(1, 2), location: places[1] },
        ],
        [shipAll, { ...shipAll, part: 2 }],
      ),
  ],
  [3, 'sent to another address', (random, lines) => plain(lines, [readdressed(random), shipAll])],
  [
    3,
    'sent to another address, and shipped when the warehouse has heard of it',
    (random, lines) => plain(lines, [readdressed(random), readdressed(random), shipWhatWasHeard]),
  ],
  [2, 'the rest sent to another address', (random, lines) => plain(atLeastTwo(lines), [shipOne(lines), readdressed(random)])],
  [3, 'held for a while', (_random, lines) => plain(lines, [hold, release, shipAll])],
  [2, 'held while it leaves', (_random, lines) => plain(atLeastTwo(lines), [shipOne(lines), hold, shipAll, release])],
  [
    2,
    'paid later',
    (_random, lines) => ({
      body: { lines, financialStatus: 'pending' },
      steps: [{ by: 'merchant', does: 'pay' }, shipAll],
      neverSent: false,
    }),
  ],
  [2, 'never paid', (_random, lines) => ({ body: { lines, financialStatus: 'pending' }, steps: [], neverSent: true })],
  // Nothing of these leaves, so that a cancellation always comes in time: whoever buys it next must not be told too late.
  [
    4,
    'of what is scarce, cancelled',
    (_random, lines) => ({ ...plain(lines, [{ by: 'merchant', does: 'cancel' }]), scarce: true }),
  ],
  [3, 'of what is scarce', (_random, lines) => ({ ...plain(lines, []), scarce: true })],
  [1, 'nothing to ship', (_random, lines) => ({ body: { lines, requiresShipping: false }, steps: [], neverSent: true })],
];

const plain = (lines: Line[], steps: Step[]): Omit<PlannedOrder, 'kind'> => ({ body: { lines }, steps, neverSent: false });

function atLeastTwo(lines: Line[]): Line[] {
  const [first] = lines;
  if (first) first.quantity = Math.max(2, first.quantity);
  return lines;
}

const readdressed = (random: Random): Step => ({
  by: 'merchant',
  does: 'readdress',
  street: streetOf(random.between(100, 999)),
});

/** Half of the orders cost what their lines and the usual shipping come to; the others have a discount, or something else that has to be shared out. */
function priceOf(random: Random): Price {
  const discount = (): NonNullable<Price['discounts']>[number] =>
    random.next() < 0.5
      ? { code: 'PART', percentage: random.between(3, 60), target: 'order' }
      : { code: 'OFF', amount: random.between(101, 999) / 100, target: 'order' };
  return {
    ...(random.next() < 0.3 ? { discounts: [discount()] } : {}),
    ...(random.next() < 0.1 ? { discounts: [discount(), { code: 'FREE', percentage: 100, target: 'shipping' as const }] } : {}),
    ...(random.next() < 0.2 ? { shipping: { title: 'Standard', code: 'Standard', price: random.between(0, 1999) / 100 } } : {}),
    ...(random.next() < 0.15 ? { taxesIncluded: random.next() < 0.5 } : {}),
    ...(random.next() < 0.1 ? { tip: random.between(50, 500) / 100 } : {}),
  };
}

/** More or fewer of the first line, or another article added. */
function editOf(random: Random, lines: Line[], other: string): Step {
  const [first] = lines;
  const change = random.between(0, 2);
  const added = { sku: other, quantity: 1 };
  const changed = { sku: first?.sku ?? '', quantity: change === 1 ? (first?.quantity ?? 1) + random.between(1, 2) : 1 };
  return { by: 'merchant', does: 'edit', lines: change === 2 ? [added] : [changed] };
}

type Possible = Pick<BackOffice, 'returns' | 'wholeOrders' | 'amends' | 'cancels'>;

/** What of an order's steps can be done with a back office that tells no returns, or that has the parts of an order as one. */
function asFarAsPossible(planned: PlannedOrder, { returns, wholeOrders, amends, cancels }: Possible): PlannedOrder {
  const [first] = planned.steps.filter((step) => step.does === 'ship');
  const inParcels = planned.steps.some((step) => step.does === 'ship' && step.part === 2);
  const steps = planned.steps
    .filter((step) => returns || step.does !== 'return')
    .filter((step) => cancels || !planned.scarce || step.does !== 'cancel')
    .map((step): Step => {
      // One that takes no change would wait for ever.
      if (step.does === 'ship' && step.afterHeard && !amends) return shipAll;
      if (!wholeOrders || !inParcels || step.does !== 'ship') return step;
      // What lies at the first place leaves first, then the rest, both under the order's one reference.
      const near = planned.body.lines.filter(({ location }) => location === places[0]);
      const lines = near.map(({ sku, quantity }) => ({ sku, quantity }));
      return step === first ? { ...shipAll, lines } : shipAll;
    });
  return { ...planned, steps };
}

/** The script of one run: the same seed gives the same orders and the same steps on them, as far as the back office can do them. */
export function planOrders(
  seed: number,
  count: number,
  skus: readonly string[],
  can: Possible = { returns: true, wholeOrders: false, amends: true, cancels: true },
): PlannedOrder[] {
  const random = seededRandom(`orders ${seed}`);
  const prices = seededRandom(`prices ${seed}`);
  const total = kinds.reduce((sum, [weight]) => sum + weight, 0);
  return Array.from({ length: count }, () => {
    let at = random.next() * total;
    const chosen = kinds.find(([weight]) => (at -= weight) < 0) ?? kinds[0];
    if (!chosen) throw new Error('There are no kinds of orders');
    const first = random.pick(skus);
    const second = random.pick(skus.filter((sku) => sku !== first));
    const other = random.pick(skus.filter((sku) => sku !== first && sku !== second));
    const lines: Line[] = [{ sku: first, quantity: random.between(1, 3) }];
    if (random.next() < 0.4) lines.push({ sku: second, quantity: random.between(1, 2) });
    const { body, ...rest } = chosen[2](random, lines, other);
    const price = priceOf(prices);
    // Nothing is shipped of what is not to be shipped.
    return asFarAsPossible(
      { kind: chosen[1], ...rest, body: body.requiresShipping === false ? body : { ...body, ...price } },
      can,
    );
  });
}
