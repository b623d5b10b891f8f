import { describe, expect, it } from 'vitest';
import { pageAt, pageBlanks, pagePattern } from './page-pattern.ts';

describe('the address of a page in the back office', () => {
  it('has a host of its own and a place for what differs', () => {
    const schema = pagePattern(pageBlanks.order);
    for (const good of [
      '',
      'https://wms.example.com/orders/{id}',
      ' http://oms.intern:8080/#/o?q={number} ',
      'https://a.example/{reference}/{id}',
    ])
      expect(schema.safeParse(good).success, good).toBe(true);
    for (const wrong of [
      ...[
        'wms.example.com/{id}',
        'javascript:alert({id})',
        'https://{id}/orders',
        'https://wms.example.com/orders',
        'https://a.example/{sku}',
      ],
      ...['https://a.example/{id', 'https://a.example/ {id}', 'https://a.example/{}{id}'],
    ])
      expect(schema.safeParse(wrong).success, wrong).toBe(false);
  });

  it('is filled with what is known of a record, and none where something is missing', () => {
    const pattern = 'https://wms.example.com/orders/{id}?n={number}';
    expect(pageAt(pattern, { id: 'a/b', number: '#1001' })).toBe('https://wms.example.com/orders/a%2Fb?n=%231001');
    expect(pageAt(pattern, { id: '7', number: null })).toBeNull();
    expect(pageAt('', { id: '7' })).toBeNull();
  });
});
