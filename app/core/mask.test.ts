import { describe, expect, it } from 'vitest';
import { maskText, maskValue } from './mask.ts';

describe('what is shown to others', () => {
  it('holds no e-mail address and no telephone number', () => {
    expect(maskText('No customer "ada@example.com" (+49 731 123-4567) for #1001')).toBe('No customer "•••@•••" (•••) for #1001');
    expect(maskText('Call 0731/1 on 2026-11-20 about order 123456 and SKU AB-1234567')).toBe(
      'Call 0731/1 on 2026-11-20 about order 123456 and SKU AB-1234567',
    );
  });

  it('blanks the fields that name a person, however deep, and keeps what support needs', () => {
    expect(
      maskValue({
        reference: '#1001',
        shopifyOrderName: '#1001',
        shipTo: { city: 'Ulm' },
        lines: [{ sku: 'MUG-1', quantity: 2, lastName: 'A' }],
        error: 'x@y.de is unknown',
        total: 12,
        note: null,
      }),
    ).toEqual({
      reference: '#1001',
      shopifyOrderName: '#1001',
      shipTo: '•••',
      lines: [{ sku: 'MUG-1', quantity: 2, lastName: '•••' }],
      error: '•••@••• is unknown',
      total: 12,
      note: null,
    });
  });
});
