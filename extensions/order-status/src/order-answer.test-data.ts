import type { OrderAnswer } from './order-answer.ts';

/** Order #1001 in two parts: one shipped with tracking, one still waiting. */
export const twoParts: OrderAnswer = {
  timeZone: 'Europe/Berlin',
  connected: true,
  order: { id: 'gid://shopify/Order/5001', name: '#1001', state: 'partly-shipped', reason: null },
  parts: [
    {
      reference: '#1001',
      backOffice: 'Main warehouse',
      backOfficeNumber: 'S-10001',
      backOfficeUrl: '/app/stockroom/orders/7',
      facility: 'Hamburg',
      state: 'shipped',
      shipments: [
        {
          state: 'mirrored',
          shippedAt: '2026-11-20T08:03:00.000Z',
          tracking: [{ number: 'JD01', carrier: 'DHL', url: 'https://www.dhl.com/track?JD01' }],
        },
      ],
    },
    {
      reference: '#1001_2',
      backOffice: 'PULPO',
      backOfficeNumber: null,
      backOfficeUrl: null,
      facility: 'Bremen',
      state: 'pending',
      shipments: [],
    },
  ],
  problem: null,
  canSyncAgain: true,
  syncing: false,
};

export const heldOrder: OrderAnswer = {
  ...twoParts,
  order: { id: 'gid://shopify/Order/5001', name: '#1001', state: 'held', reason: 'The shipping method isn’t mapped' },
  parts: [],
  problem: { title: 'The shipping method "Express" isn’t mapped', fix: 'Map it under Mappings.', others: 2 },
};
