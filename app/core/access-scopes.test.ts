import { describe, expect, it } from 'vitest';
import { hasScope, requireScope } from './access-scopes.ts';

describe('an optional scope', () => {
  it('is granted when it, or writing for reading, was granted', () => {
    expect(hasScope(['write_products'], 'write_products')).toBe(true);
    expect(hasScope(['write_products'], 'read_products')).toBe(true);
    expect(hasScope(['read_products'], 'write_products')).toBe(false);
  });

  it('that is missing stops the record at hand and names itself', () => {
    expect(() => requireScope(['read_products'], 'write_products')).toThrow(
      expect.objectContaining({
        kind: 'needs-merchant',
        code: 'shopify-scope-missing',
        scope: 'record',
        params: { scope: 'write_products' },
      }) as Error,
    );
    expect(() => requireScope(['write_products'], 'write_products')).not.toThrow();
  });
});
