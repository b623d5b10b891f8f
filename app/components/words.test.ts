import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../locales/catalogues.ts';
import { createMessages } from '../locales/messages.ts';
import { wordsOf } from './words.ts';

const messages = createMessages('en', await loadCatalogue('en'));
messages.addResourceBundle('en', 'acme', {
  errors: { unreachable: { title: 'Acme sleeps', fix: 'Wake it.' } },
  reasons: { 'on-hold': 'Acme waits' },
});
const words = wordsOf(messages, (iso) => `<${iso}>`);

describe('words for stored codes', () => {
  it("prefer the connector's own", () => {
    expect(words.failure('unreachable', { party: 'X', host: 'h' }, 'acme')).toEqual({ title: 'Acme sleeps', fix: 'Wake it.' });
    expect(words.failure('unreachable', { party: 'X', host: 'h' }, 'other').title).toBe("X can't be reached");
    expect(words.reason('on-hold', {}, 'acme')).toBe('Acme waits');
  });

  it('call the other side what it is where nobody said its name', () => {
    expect(words.failure('wrong-credentials', { host: 'h' }).title).toBe('The back office refuses the credentials');
    expect(words.failure('wrong-credentials', { backOffice: 'Acme' }).title).toBe('Acme refuses the credentials');
  });

  it("say the other side's own words where nobody has any for a code", () => {
    expect(words.failure('brand-new', { vendorText: 'No such bin' }).title).toBe('No such bin');
    expect(words.failure('brand-new').title).toContain('brand-new');
  });

  it('write moments in the shop’s zone and amounts in their currency', () => {
    expect(words.reason('scheduled', { at: '2026-11-21T10:00:00.000Z' })).toContain('<2026-11-21T10:00:00.000Z>');
    const { fix } = words.failure('totals-differ', { expected: 1234, computed: 1230, currency: 'EUR' });
    expect(fix).toContain('€12.34');
    expect(fix).toContain('€12.30');
    const line = words.failure('totals-differ', { expected: 1, computed: 2, currency: 'EUR', context: 'line', line: 'Mug (M1)' });
    expect(line.fix).toContain('Mug (M1)');
    const late = { context: 'total', told: 1000, expected: 700, currency: 'EUR', state: 'picking', reference: '#1' };
    expect(words.failure('amend-too-late', late).fix).toContain('€10.00, in Shopify it comes to €7.00');
    expect(words.failure('amend-too-late', { ...late, context: '' }).fix).toContain('in both places');
  });

  it('head several records with one cause by their number', () => {
    expect(words.failures('sku-duplicate', 12, { sku: 'A' })).toBe('12 variants share a SKU with another');
    expect(words.failures('sku-duplicate', 1, { sku: 'A' })).toBe('Several variants have the SKU A');
  });

  it('tell an event with its reason, its units, and whether there was a tracking number', () => {
    expect(words.event('decided-hold', { code: 'edit-window', minutes: 30 })).toBe('Held: Waits 30 minutes for changes');
    expect(words.event('shipment-reported', { backOffice: 'Acme', units: 1, tracking: 'T1' })).toBe('Acme shipped 1 unit (T1)');
    expect(words.event('shipment-reported', { backOffice: 'Acme', units: 2, tracking: '' })).toBe(
      'Acme shipped 2 units without a tracking number',
    );
  });
});
