import type { Context } from 'hono';
import { param, type Api } from './api.ts';
import { list, one } from './finding.ts';
import type { World } from './world.ts';

/** Reading products. Source: hotwax.md §3.5. */
export function products(api: Api, world: World): void {
  const own = (c: Context) => ({ productId: param(c, 'id') });
  api.get('/oms/products', (c) => list(world, c, 'Product'));
  api.get('/oms/products/:id', (c) => one(world, c, 'Product', own(c)));
  const nested = {
    variants: 'ProductAssoc',
    identifications: 'GoodIdentification',
    shopifyShopProducts: 'ShopifyShopProduct',
    prices: 'ProductPrice',
  };
  for (const [name, entity] of Object.entries(nested))
    api.get(`/oms/products/:id/${name}`, (c) => list(world, c, entity, own(c)));
}
