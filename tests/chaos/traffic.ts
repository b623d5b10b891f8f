import { ControlRefusal } from '../../sandbox/control-client.ts';
import { seededRandom, type Random } from '../../sandbox/kit/random.ts';
import { places, type ChaosShop } from './chaos-shop.ts';
import { isLive, orderNameOf, trackingNumbersOf, unitsText, type BackOfficeLedger, type OrderInShopify } from './ledgers.ts';
import { addressIn, plantedBuyer, streetOf } from './logs.ts';
import type { PlannedOrder, Step } from './traffic-plan.ts';
import { merchantsNote } from './violation.ts';

interface PlacedOrder extends PlannedOrder {
  name: string;
  /** Ticks until the next step is tried. */
  wait: number;
  tries: number;
  /** The last refusal. */
  because: string;
  /** Labels of parcels of which nobody knows whether they left: their answer got lost. */
  unsure: string[];
}

/** Its answer got lost, or whoever should have answered failed half way: nobody knows. */
const mayHaveHappened = (error: unknown): boolean => !(error instanceof ControlRefusal) || error.status >= 500;

/** Houses below are those that orders are sent to later. */
const FIRST_HOUSE = 1_000;
const AT_ONCE = 6;
/** Tries of one step after which an order no longer counts as under way: some minutes of a storm. */
const OFTEN = 60;

/** The people of one shop: buyers, merchant and warehouse, each acting by the control API. Who does what is the seed's; when, is the system's. */
export class Traffic {
  readonly #shop: ChaosShop;
  readonly #random: Random;
  readonly #queue: PlannedOrder[];
  readonly #units: number;
  #active: PlacedOrder[] = [];
  #parcels = 0;
  #houses = 0;
  #stepsDone = 0;
  readonly names: string[] = [];
  readonly neverSent = new Set<string>();
  /** By order and SKU, every number of units that was ever wanted of it. */
  readonly versions = new Map<string, Map<string, Set<number>>>();
  /** Parcels that the warehouse said had left, with their lines where it said what is in them. */
  readonly parcels: { order: string; tracking: string; lines?: { sku: string; quantity: number }[] }[] = [];
  /** By order, the street that it was sent to last: each has its own. */
  readonly streets = new Map<string, string>();
  /** By order, what was wanted last, as text: a warehouse that waits for a change ships nothing else. */
  readonly wanted = new Map<string, string>();
  /** By order, the units that the warehouse said came back, and those whose answer got lost. */
  readonly returned = new Map<string, { sure: number; unsure: number }>();
  readonly cancelled = new Set<string>();
  /** Orders that left, if they did, only once the back office had heard of every change. */
  readonly neverLate = new Set<string>();
  /** The back office's ledger, read once for all who look at it in one tick. */
  #ledger: Promise<BackOfficeLedger> | undefined;
  /** Orders that were edited, cancelled, refunded in part or sent elsewhere after they were placed. */
  readonly changed = new Set<string>();
  /** Those that cost something else since. */
  readonly repriced = new Set<string>();
  readonly done: Record<string, number> = {};
  /** Steps that never became possible, with the last refusal. */
  readonly givenUp: { order: string; step: Step; because: string }[] = [];

  constructor(shop: ChaosShop, { seed, plan, units }: { seed: number; plan: PlannedOrder[]; units: number }) {
    this.#shop = shop;
    this.#random = seededRandom(`traffic ${seed}`);
    this.#queue = [...plan];
    this.#units = units;
  }

  get toPlace(): number {
    return this.#queue.length;
  }

  /** Orders to which something happens next. What was tried often waits for something that may never come. */
  get underWay(): number {
    return this.#active.filter(({ tries }) => tries < OFTEN).length;
  }

  get stepsDone(): number {
    return this.#stepsDone;
  }

  get stepsLeft(): number {
    return this.#active.reduce((sum, order) => sum + order.steps.length, 0);
  }

  /** The storm is over: everybody does what they can, one step after the other, and nobody waits in between. Returns whether anything was done. */
  async goOn(): Promise<boolean> {
    const before = this.stepsLeft;
    for (let left = Infinity; this.stepsLeft < left;) {
      left = this.stepsLeft;
      for (const order of this.#active) order.wait = 0;
      await this.tick({ stock: false });
    }
    return this.stepsLeft < before;
  }

  /** What was not possible though all was quiet will not become possible: the order was changed away from under it. What follows may be. */
  giveUp(): void {
    for (const { name, steps, because } of this.#active) {
      const step = steps.shift();
      if (step) this.givenUp.push({ order: name, step, because });
    }
  }

  #count(what: string): void {
    this.done[what] = (this.done[what] ?? 0) + 1;
  }

  /** Remembers how many units are wanted now. */
  #note(name: string, lines: readonly { sku: string | null; quantity: number }[]): void {
    const versions = this.versions.get(name) ?? new Map<string, Set<number>>();
    const units = new Map<string, number>();
    for (const { sku, quantity } of lines) units.set(sku?.trim() ?? '', (units.get(sku?.trim() ?? '') ?? 0) + quantity);
    for (const [sku, quantity] of units) versions.set(sku, (versions.get(sku) ?? new Set()).add(quantity));
    this.versions.set(name, versions);
    this.wanted.set(name, unitsText(lines));
  }

  #noteLines(name: string, lines: OrderInShopify['lines']): void {
    this.#note(
      name,
      lines.map(({ sku, currentQuantity }) => ({ sku, quantity: currentQuantity })),
    );
  }

  /** Throws until the back office has what was wanted last. */
  async #untilHeard(name: string): Promise<void> {
    const { orders } = await (this.#ledger ??= this.#shop.readBackOffice());
    const parts = orders.filter((part) => orderNameOf(part.reference) === name && isLive(part));
    const had = unitsText(parts.flatMap(({ lines }) => lines));
    if (had !== this.wanted.get(name)) throw new Error(`the warehouse has "${had}" and waits for "${this.wanted.get(name)}"`);
    const street = this.streets.get(name);
    const elsewhere = parts.find(({ address }) => address && address !== street);
    if (elsewhere) throw new Error(`the warehouse has "${elsewhere.address}" and waits for "${street}"`);
  }

  /** The label under which a parcel left whose answer got lost. */
  async #leftAfterAll(name: string, unsure: readonly string[]): Promise<string | undefined> {
    if (unsure.length === 0) return undefined;
    const { orders } = await (this.#ledger ??= this.#shop.readBackOffice());
    const left = orders
      .filter((part) => orderNameOf(part.reference) === name)
      .flatMap(({ shipments }) => shipments.flatMap(({ tracking }) => trackingNumbersOf(tracking)));
    return unsure.find((label) => left.includes(label));
  }

  async #isOffered(): Promise<boolean> {
    const { levels } = await this.#shop.readShopify('?orders=0');
    return levels.some(({ sku, location, available }) => sku === this.#shop.scarce && location === places[0] && available > 0);
  }

  #oneOfTheScarce(): PlannedOrder['body'] {
    return { lines: [{ sku: this.#shop.scarce, quantity: 1, location: places[0] }] };
  }

  /** Buyers place so many orders; their later steps follow in the next ticks. */
  async place(count: number): Promise<string[]> {
    const now = this.#queue.splice(0, count);
    const names: string[] = [];
    for (const planned of now) {
      const street = streetOf(FIRST_HOUSE + (this.#houses += 1));
      const body = planned.scarce && (await this.#isOffered()) ? this.#oneOfTheScarce() : planned.body;
      const { orders } = await this.#shop.post<{ orders: { name: string }[] }>('/shopify/orders', {
        ...plantedBuyer,
        ...(body.requiresShipping === false ? {} : { address: addressIn(street) }),
        ...body,
      });
      const name = orders[0]?.name ?? '';
      names.push(name);
      this.#note(name, body.lines);
      this.streets.set(name, street);
      if (body !== planned.body) this.#count('unit of what is scarce');
      if (planned.neverSent) this.neverSent.add(name);
      const ships = planned.steps.filter((step) => step.does === 'ship');
      if (ships.length > 0 && ships.every(({ afterHeard }) => afterHeard)) this.neverLate.add(name);
      this.#active.push({
        ...planned,
        steps: [...planned.steps],
        name,
        wait: this.#random.between(0, 3),
        tries: 0,
        because: '',
        unsure: [],
      });
      this.#count(`order ${planned.kind}`);
    }
    this.names.push(...names);
    return names;
  }

  /** Everybody does what is next, as far as it is possible yet; some stock changes on both sides. */
  async tick({ stock = true } = {}): Promise<void> {
    if (stock) await this.#stockChanges();
    this.#ledger = undefined;
    const due = this.#active.filter((order) => order.steps.length > 0 && (order.wait -= 1) < 0);
    const work = async () => {
      for (let order = due.shift(); order; order = due.shift()) await this.#step(order);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    this.#active = this.#active.filter((order) => order.steps.length > 0);
  }

  async #step(order: PlacedOrder): Promise<void> {
    const [step] = order.steps;
    if (!step) return;
    try {
      await this.#act(order, step);
      this.#count(`${step.by}: ${step.does}`);
      order.steps.shift();
      this.#stepsDone += 1;
      order.tries = 0;
      order.unsure = [];
      order.wait = this.#random.between(0, 3);
    } catch (error) {
      order.tries += 1;
      order.wait = Math.min(4, order.tries);
      order.because = error instanceof Error ? error.message : String(error);
    }
  }

  async #act({ name, unsure }: PlacedOrder, step: Step): Promise<void> {
    const at = `/shopify/orders/${name.slice(1)}`;
    if (['edit', 'cancel', 'refund', 'readdress'].includes(step.does)) this.changed.add(name);
    if (['edit', 'cancel', 'refund'].includes(step.does)) this.repriced.add(name);
    if (step.does === 'cancel') this.cancelled.add(name);
    switch (step.does) {
      case 'ship': {
        const reference = step.part === 1 ? name : `${name}_${step.part}`;
        const left = await this.#leftAfterAll(name, unsure);
        const packed = step.lines ? { lines: step.lines } : {};
        if (left !== undefined) return void this.parcels.push({ order: name, tracking: left, ...packed });
        // A new label for each try: one that was lost on the way can't be taken for another.
        this.#parcels += 1;
        const parcel = { tracking: `PARCEL${this.#parcels}`, carrier: 'DHL', ...packed };
        if (step.afterHeard) await this.#untilHeard(name);
        try {
          await this.#shop.post(`/${this.#shop.connector}/ship`, { reference, ...parcel });
        } catch (error) {
          if (mayHaveHappened(error)) unsure.push(parcel.tracking);
          throw error;
        }
        this.parcels.push({ order: name, tracking: parcel.tracking, ...packed });
        return;
      }
      case 'return': {
        const units = step.lines.reduce((sum, { quantity }) => sum + quantity, 0);
        const told = this.returned.get(name) ?? { sure: 0, unsure: 0 };
        try {
          await this.#shop.post(`/${this.#shop.connector}/return`, { reference: name, lines: step.lines });
          told.sure += units;
        } catch (error) {
          if (mayHaveHappened(error)) told.unsure += units;
          throw error;
        } finally {
          this.returned.set(name, told);
        }
        return;
      }
      case 'edit': {
        const { outstanding, lines } = await this.#shop.post<OrderInShopify>(`${at}/edit`, { lines: step.lines });
        this.#noteLines(name, lines);
        // Who adds something pays for it.
        if (Number(outstanding) > 0) await this.#shop.post(`${at}/pay`);
        return;
      }
      case 'readdress':
        await this.#shop.post(`${at}/update`, { address: addressIn(step.street) });
        this.streets.set(name, step.street);
        return;
      case 'hold':
      case 'release':
        await this.#shop.post(`${at}/fulfilment-orders/1/${step.does}`);
        return;
      case 'pay':
        await this.#shop.post(`${at}/pay`);
        return;
      case 'refund':
      case 'cancel': {
        const what = step.does === 'refund' ? { lines: step.lines } : {};
        const { lines } = await this.#shop.post<OrderInShopify>(`${at}/${step.does}`, { ...what, note: merchantsNote });
        this.#noteLines(name, lines);
        return;
      }
    }
  }

  /** The warehouse counts a shelf; now and then somebody changes a number in Shopify, which the app has to put right. */
  async #stockChanges(): Promise<void> {
    const sku = this.#random.pick(this.#shop.skus);
    const place = this.#random.pick(places);
    const available = this.#random.between(Math.floor(this.#units / 2), this.#units);
    const inShopify = this.#random.next() < 0.2;
    try {
      if (inShopify) await this.#shop.post('/shopify/levels', { sku, location: place, available });
      else await this.#shop.post(`/${this.#shop.connector}/stock`, { sku, facility: place, available });
      this.#count(inShopify ? 'merchant: stock changed in Shopify' : 'warehouse: stock counted');
    } catch {
      // The warehouse's own connection is down for the moment; it counts another shelf later.
      this.#count('warehouse: count lost');
    }
  }
}
