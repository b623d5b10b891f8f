import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { xmlLimits } from '../assumptions.ts';
import { classicOrder, orderOf } from '../quirks/world.ts';
import { settings } from '../settings.ts';
import { exportReply, salesOrdersDocument, salesOrderXml } from './order-xml.ts';
import { parts, readXml, textOf } from './read-xml.ts';

/** FUZZ=nightly goes on twenty times as long, as in tests/security/fuzz.test.ts. */
const times = inject('fuzz') === 'nightly' ? 20 : 1;
const NIGHT_MS = 600_000;
const sample = (name: string) => readFileSync(`${import.meta.dirname}/../fixtures/${name}`, 'utf8');
const rules = settings.parse({ mode: 'classic', defaultDeliveryMethod: 'Standard Delivery' });

describe('documents of OrderWise', () => {
  it('are read as lists of texts, with entities of their own resolved', () => {
    const [first, second] = parts(readXml(sample('despatch.xml')), ['order']);
    expect(textOf(first, ['ORDERNO'])).toBe('1001');
    const [delivery] = parts(first, ['deliveries']);
    expect(textOf(delivery, ['courierName'])).toBe('DPD & Co');
    expect(parts(parts(delivery, ['consignmentNumbers'])[0], ['consignmentNumber'])).toEqual(['155007', '155008']);
    expect(parts(second, ['deliveries'])).toEqual(['']);
    expect(textOf(parts(readXml(sample('stock.xml')), ['Variant'])[0], ['vad_description'])).toBe('Jacket <red>');
  });

  const refusals: [what: string, text: string, why: RegExp][] = [
    [
      'a bomb of entities',
      `<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "${'&a;'.repeat(10)}"><!ENTITY c "${'&b;'.repeat(10)}">]><orders>&c;</orders>`,
      /document type/,
    ],
    ['a foreign file', '<!doctype x [<!ENTITY f SYSTEM "file:///etc/passwd">]><orders>&f;</orders>', /document type/],
    ['an entity alone', '<orders><!ENTITY a "b"></orders>', /document type/],
    ['elements without end', `<orders>${'<a>'.repeat(200_000)}`, /nested/],
    ['a document that is too long', `<orders>${' '.repeat(xmlLimits.characters)}</orders>`, /longer/],
    ['something that is no XML', 'hello', /./],
    ['a cut document', '<orders><order>', /well-formed/],
    ['two roots', '<a/><b/>', /./],
    ['nothing', '', /./],
  ];
  it.each(refusals)('refuse %s, quickly and saying why', (_what, text, why) => {
    const started = performance.now();
    expect(() => readXml(text)).toThrow(
      expect.objectContaining({ kind: 'rejected', vendorText: expect.stringMatching(why) as string }),
    );
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('leave an entity that nobody defined as it stands', () => {
    expect(textOf(readXml('<a><b>&lol; &#x41;&#0; &amp;lt;</b></a>'), ['b'])).toBe('&lol; A&#0; &lt;');
  });

  it(
    'never make anything but a refusal or a tree of any text',
    () => {
      fc.assert(
        fc.property(fc.string({ unit: fc.constantFrom('<', '>', '/', 'a', ' ', '"', '&', ';', '!', '?', '=', 'x') }), (text) => {
          try {
            readXml(`<r>${text}</r>`);
          } catch (error) {
            expect(error).toMatchObject({ kind: 'rejected' });
          }
        }),
        { numRuns: 1000 * times },
      );
    },
    NIGHT_MS,
  );
});

describe('documents for OrderWise', () => {
  it(
    'carry any text a buyer may have typed, and stay one document',
    () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (note) => {
          const xml = salesOrdersDocument([salesOrderXml(orderOf({ A: 1 }, { ...classicOrder, note }), rules)]);
          const order = parts(parts(readXml(xml), ['SalesOrders'])[0], ['SalesOrder'])[0];
          expect(textOf(order, ['DeliveryMethod'])).toBe('Standard Delivery');
          const told = textOf(order, ['SpecialInstructions']) ?? '';
          const visible = note.replace(/[\u0000-\u001F\uFFFE\uFFFF\s]|\p{Surrogate}/gu, '');
          expect(told.replace(/\s/g, '')).toBe(visible);
        }),
        { numRuns: 500 * times },
      );
    },
    NIGHT_MS,
  );

  it('reply as OrderWise expects', () => {
    expect(exportReply('3 < 4 & done')).toMatch(
      /<XMLFile><Responses><Response><Type>Log<\/Type><Message>3 &lt; 4 &amp; done<\/Message><\/Response><\/Responses><\/XMLFile>$/,
    );
    expect(salesOrdersDocument([])).toMatch(/<SalesOrders><\/SalesOrders><\/XMLFile>$/);
  });
});
