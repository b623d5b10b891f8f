import { describe, expect, it } from 'vitest';
import { batteryProduct } from '../contract/battery-samples.ts';
import { isUnchanged, productBody } from './convert-product.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const given = (changes: Record<string, unknown> = {}) => settings.parse({ username: 'tenant_user', password: 'x', ...changes });

describe('products', () => {
  const shirt = batteryProduct('SHIRT-M', {
    barcode: '400',
    variantTitle: 'M',
    cost: { amount: 1234, currency: 'EUR' },
    hsCode: '6109',
    countryOfOrigin: 'PT',
    tags: ['summer', 'Lots'],
  });

  it('go with weight, cost and management as the settings say', () => {
    expect(productBody(shirt, null, given())).toMatchObject({
      name: 'Article SHIRT-M – M',
      barcodes: ['400'],
      cost_price: 12.34,
      weight: 0.25,
      hs_code: '6109',
      origin_country: 'PT',
      management_type: 'none',
    });
    expect(productBody(shirt, null, given({ lotTag: 'lots', weightUnit: 'g', productTags: true }))).toMatchObject({
      ...{ management_type: 'lot', weight: 250, product_categories: [{ name: 'summer' }, { name: 'Lots' }] },
    });
    expect(productBody(shirt, null, given({ lotTag: 'lots', serialTag: 'SUMMER', weightUnit: 'none' }))).not.toHaveProperty(
      'weight',
    );
  });

  it('are unchanged when PULPO shows all that would be sent', () => {
    const body = productBody(shirt, null, given());
    const shown = wire.product.parse({ id: 7, ...body, attributes: { ...body.attributes, colour: 'red' } });
    const again = productBody(shirt, shown, given());
    expect(again).not.toHaveProperty('management_type');
    expect(isUnchanged(again, shown)).toBe(true);
    expect(isUnchanged(productBody({ ...shirt, title: 'Other' }, shown, given()), shown)).toBe(false);
  });
});
