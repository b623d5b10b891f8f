import type { ProductAnswer } from './product-answer.ts';

/** A shirt in two back offices: linked with stock in one, with a problem in the other. */
export const shirt: ProductAnswer = {
  timeZone: 'Europe/Berlin',
  connected: true,
  product: { id: 'gid://shopify/Product/77', title: 'Shirt' },
  backOffices: [
    {
      name: 'Main warehouse',
      enabled: true,
      variants: [
        {
          title: 'S',
          code: 'SHIRT-S',
          state: 'linked',
          record: 'R-1',
          lastSync: '2026-11-20T08:03:00.000Z',
          reason: null,
          problem: null,
          stock: [
            { facility: 'Hamburg', available: 7 },
            { facility: 'Bremen', available: null },
          ],
        },
      ],
    },
    {
      name: 'PULPO',
      enabled: false,
      variants: [
        {
          title: 'S',
          code: '',
          state: 'problem',
          record: null,
          lastSync: null,
          reason: 'Without a SKU',
          problem: { title: 'This product has no SKU', fix: 'Give it one in Shopify.' },
          stock: [],
        },
      ],
    },
  ],
  canSync: true,
  syncing: false,
};
