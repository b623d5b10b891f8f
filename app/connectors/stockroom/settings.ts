import { z } from 'zod';
import type { SettingMeta } from '../contract/index.ts';

/** How this Stockroom takes orders. There is no address and no secret: it lives in Crossdock itself. */
export const settings = z.object({
  /** The store that this connection's orders, products and facilities are of; chosen on the Store page. */
  storeId: z
    .string()
    .regex(/^([0-9a-f-]{36})?$/)
    .default(''),
  /** What happens to an order with a SKU that Stockroom doesn't know: it is refused, or the product is added under the line's title. */
  unknownSku: z
    .enum(['refuse', 'add'])
    .default('refuse')
    .meta({ options: ['refuse', 'add'] } satisfies SettingMeta),
  /** Whether an order beyond stock is taken as a back-order or refused. */
  beyondStock: z
    .enum(['accept', 'refuse'])
    .default('accept')
    .meta({ options: ['accept', 'refuse'] } satisfies SettingMeta),
  /** Whether a new order can be picked at once or waits until somebody in the warehouse releases it. */
  newOrders: z
    .enum(['open', 'held'])
    .default('open')
    .meta({ options: ['open', 'held'] } satisfies SettingMeta),
});

export type Settings = z.infer<typeof settings>;
