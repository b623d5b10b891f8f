import type { Actor, Room } from '../../stockroom/room.ts';
import type { ConnectContext } from '../contract/index.ts';
import type { Settings } from './settings.ts';

export type StockroomContext = ConnectContext<Settings>;

/** Who Stockroom's histories name when a sync acts. */
export const crossdock: Actor = { kind: 'sync', name: 'Crossdock' };

/** The Stockroom of this connection. */
export function roomOf({ shop, connectionId }: StockroomContext): Room {
  return { shopId: shop.id, connectionId };
}
