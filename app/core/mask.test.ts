import { describe, expect, it } from 'vitest';
import { isPersonalField, maskText, maskValue } from './mask.ts';

describe('what is shown to others', () => {
  it('holds no e-mail address and no telephone number', () => {
    expect(maskText('No customer "ada@example.com" (+49 731 123-4567) for #1001')).toBe('No customer "•••@•••" (•••) for #1001');
    expect(maskText('Am 20.11.2026, 10:05')).toBe('Am 20.11.2026, 10:05');
    expect(maskText('Call 0731/1 on 2026-11-20 about order 123456 and SKU AB-1234567')).toBe(
      'Call 0731/1 on 2026-11-20 about order 123456 and SKU AB-1234567',
    );
  });

  it.each(['a.', 'a', '(1-', '<a', 'a@', 'a@a.', '1 ', '+1'])(
    'is masked in time though it be a megabyte of %j',
    { timeout: 20_000 },
    (piece) => {
      const end = ' ada@example.com';
      expect(maskText(piece.repeat(1_000_000 / piece.length) + end).endsWith(' •••@•••')).toBe(true);
    },
  );

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

  it.each([
    'ship_address_1 ship_city ship_zip ship_company ship_state cust_address_2 gift_message shipping_instructions notes order_notes',
    'contact county specialInstructions SpecialDeliveryInstructions Town Postcode statementTown statementAddress1 deliveryContact',
    'billing billing_address shippingAddress contactName zip_code phone_number customer_email street2 attrValue',
  ])('knows the fields of back offices that hold a person: %s', (names) => {
    expect(names.split(' ').filter((name) => !isPersonalField(name))).toEqual([]);
  });

  it.each([
    'message error text state status capacity velocity address_type shipping_address_type country countryCode carrier',
    'order_number reference customer_ref custPoNo contactMechId delivery_method deliveryGross zone line_order_id attrName',
  ])('keeps what support needs: %s', (names) => {
    expect(names.split(' ').filter(isPersonalField)).toEqual([]);
  });
});
