import type { Tx } from '../db/scope.ts';
import type { Room } from './room.ts';

/**
 * Something changed that others may have to know of. `subject` is the order's reference, where it is about one; `shelf`: stock of a shared store moved,
 * of these SKUs.
 */
export type News = { about: 'stock' | 'shipments' | 'returns' | 'orders'; subject?: string } | { about: 'shelf'; skus: string[] };
export type Announcement = Room & News;

/** Runs inside the transaction of the change: what it writes is there exactly when the change is. It must be quick and call nobody. */
export type ChangeListener = (tx: Tx, announcement: Announcement) => Promise<void>;

let listener: ChangeListener | undefined;

/**
 * Tells Stockroom whom to tell. One listener for each process, set where the process is put together; without one nothing is announced and
 * readers poll. Changes that Crossdock's own syncs make are announced only to those who share the shelf.
 */
export function listenToChanges(to: ChangeListener | undefined): void {
  listener = to;
}

export async function announce(tx: Tx, { shopId, connectionId }: Room, news: News): Promise<void> {
  await listener?.(tx, { shopId, connectionId, ...news });
}
