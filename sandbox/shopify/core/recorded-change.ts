import { bringOrderUpToDate } from '../domain/order-status.ts';
import { orderPayload } from '../webhooks/order-payload.ts';
import { levelPayload, productPayload } from '../webhooks/catalogue-payloads.ts';
import { queueWebhook } from '../webhooks/queue.ts';
import { wholeSeconds } from './moment.ts';
import type { Change, MakePayload, Shop, World } from './world.ts';

/** Keeps what a change touched and, at its end, brings statuses up to date and queues the webhooks. */
export class RecordedChange implements Change {
  readonly world: World;
  readonly shop: Shop;
  readonly now: number;
  readonly at: number;
  readonly #orders = new Set<number>();
  readonly #products = new Set<number>();
  readonly #levels = new Set<number>();
  readonly #fulfillmentOrders = new Set<number>();
  readonly #events: { topic: string; payload: MakePayload }[] = [];

  constructor(world: World, shop: Shop) {
    this.world = world;
    this.shop = shop;
    this.now = world.clock.now();
    this.at = wholeSeconds(this.now);
  }

  get state() {
    return this.world.state;
  }

  orderTouched(id: number): void {
    this.#orders.add(id);
  }
  productTouched(id: number): void {
    this.#products.add(id);
  }
  levelTouched(id: number): void {
    this.#levels.add(id);
  }
  fulfillmentOrderTouched(id: number): void {
    this.#fulfillmentOrders.add(id);
  }
  tell(topic: string, payload: MakePayload): void {
    this.#events.push({ topic, payload });
  }

  /** Called once by the world, still inside the transaction. */
  finish(): void {
    for (const id of this.#fulfillmentOrders) this.#stamp('fulfillment_orders', id);
    for (const id of this.#orders) {
      this.#stamp('orders', id);
      for (const topic of bringOrderUpToDate(this, id)) this.tell(topic, (wanted) => orderPayload(this.world, id, wanted));
      this.tell('orders/updated', (wanted) => orderPayload(this.world, id, wanted));
    }
    for (const id of this.#products) {
      this.#stamp('products', id);
      this.tell('products/update', (wanted) => productPayload(this.world, id, wanted));
    }
    for (const id of this.#levels) this.tell('inventory_levels/update', () => levelPayload(this.world, id));
    for (const { topic, payload } of this.#events) queueWebhook(this.world, this.shop, topic, payload);
  }

  /** Sets `updated_at`, and until when searches still see the row as it was. */
  #stamp(table: 'orders' | 'products' | 'fulfillment_orders', id: number): void {
    const [from, to] = this.world.timings.searchLag;
    this.state.run(
      `UPDATE ${table} SET indexed_updated_at = CASE WHEN index_due > ? THEN indexed_updated_at ELSE updated_at END, index_due = ?, updated_at = max(updated_at, ?) WHERE id = ?`,
      this.now,
      this.now + this.world.random.between(from, to),
      this.at,
      id,
    );
  }
}
