import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesOf, namedByOms, normalBaseUrl } from './base-url.ts';
import { postalBody, withoutProvince } from './convert-address.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { threeLetterCountry } from '../../core/countries.ts';
import { bodyOf, rowsIn, totalOf } from './envelope.ts';
import answers from './fixtures/answers.json' with { type: 'json' };
import orderSample from './fixtures/order.json' with { type: 'json' };
import { offersOrders } from './graphql-schema.ts';
import { splitMethod } from './reference-data.ts';
import { complaintIn, refusedRecord, saysItExists } from './refusal.ts';
import { settings } from './settings.ts';
import * as wire from './wire.ts';

const required = { baseUrl: 'demo', username: 'u', password: 'p', productStoreId: 'STORE' };
const answer = (text: string, headers: Record<string, string> = {}) => ({ text, headers: new Headers(headers) });
const json = (value: unknown) => bodyOf(answer(JSON.stringify(value)));

describe('the address', () => {
  it.each([
    ['demo', 'https://demo.hotwax.io'],
    ['demo-oms', 'https://demo-oms.hotwax.io'],
    [' demo.hotwax.io ', 'https://demo.hotwax.io'],
    ['https://demo-maarg.hotwax.io/rest/s1/', 'https://demo-maarg.hotwax.io'],
    ['https://demo-oms.hotwax.io/api/', 'https://demo-oms.hotwax.io'],
    ['http://127.0.0.1:3100/stand-ins/hotwax', 'http://127.0.0.1:3100/stand-ins/hotwax'],
    ['https://oms.example.com/hotwax/rest/s1?x=1#y', 'https://oms.example.com/hotwax'],
    ['two words', null],
    ['https://user:secret@demo.hotwax.io', null],
    ['ftp://demo', null],
  ])('typed as “%s” is %s', (typed, wanted) => {
    expect(normalBaseUrl(typed)).toBe(wanted);
  });

  it('leads to both servers, whether there are one or two', () => {
    const two = { oms: 'https://demo-oms.hotwax.io/api', moqui: 'https://demo-maarg.hotwax.io/rest/s1' };
    expect(candidatesOf('https://demo.hotwax.io')).toEqual([
      { oms: 'https://demo.hotwax.io/api', moqui: 'https://demo.hotwax.io/rest/s1' },
      two,
    ]);
    for (const server of ['oms', 'maarg']) expect(candidatesOf(`https://demo-${server}.hotwax.io`)).toEqual([two]);
    expect(candidatesOf('https://oms.example.com/x')).toEqual([
      { oms: 'https://oms.example.com/x/api', moqui: 'https://oms.example.com/x/rest/s1' },
    ]);
  });

  it('of the newer server is taken from the older one, but never to a stranger', () => {
    const [hosts] = candidatesOf('https://oms.shop.example.com') as [ReturnType<typeof candidatesOf>[number]];
    expect(namedByOms(hosts, 'https://maarg.example.com').moqui).toBe('https://maarg.example.com/rest/s1');
    for (const named of ['https://evil.test', 'http://maarg.example.com', 'https://example.com.evil.test', null, '::'])
      expect(namedByOms(hosts, named)).toEqual(hosts);
  });
});

describe('settings', () => {
  it('hold the address as it is used, and every default', () => {
    expect(settings.parse(required)).toMatchObject({
      baseUrl: 'https://demo.hotwax.io',
      queueFacilityId: '_NA_',
      approval: 'hotwax',
    });
  });

  it('name what is missing or can’t be', () => {
    const faulty = settings.safeParse({ ...required, baseUrl: 'no address' });
    expect(faulty.error?.issues.map(({ path, message }) => [path[0], message])).toEqual([['baseUrl', 'unreadable']]);
    const groupless = settings.safeParse({ ...required, onlineTotal: 'hotwax' });
    expect(groupless.error?.issues.map(({ path, message }) => [path[0], message])).toEqual([['facilityGroupId', 'missing']]);
  });
});

describe('bodies', () => {
  it.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['<html><body>Sign in</body></html>', 'foreign'],
    ['<!doctype html>', 'foreign'],
    ['not json', 'foreign'],
    ['{"a":1}', 'json'],
    ['//{"a":1}', 'json'],
  ])('“%s” is %s', (text, kind) => {
    expect(bodyOf(answer(text)).kind).toBe(kind);
  });

  it('of type HTML are never data', () => {
    expect(bodyOf(answer('[]', { 'content-type': 'text/html; charset=utf-8' })).kind).toBe('foreign');
  });
});

describe('lists', () => {
  it.each([
    ['a bare array', [{ a: 1 }], [{ a: 1 }]],
    ['entityValueList', answers.entities, answers.entities.entityValueList],
    ['systemMessageRemoteList', answers.remotes, answers.remotes.systemMessageRemoteList],
    ['docs beside a count', answers.found, answers.found.docs],
    ['returns beside a count', answers.returns, answers.returns.returns],
    ['a count of zero without a list', answers.noReturns, []],
    ['an empty object', {}, []],
    ['“No record found”', answers.nothingFound, []],
    ['one record', { orderId: 'X' }, null],
    ['two lists', { a: [], b: [] }, null],
  ])('are unwrapped: %s', (_what, value, wanted) => {
    expect(rowsIn(json(value))).toEqual(wanted);
  });

  it('may be a good answer of zero bytes, but never a page', () => {
    expect(rowsIn(bodyOf(answer('')))).toEqual([]);
    expect(rowsIn(bodyOf(answer('<p>hello</p>')))).toBeNull();
  });

  it('tell their total in a header only', () => {
    expect([
      totalOf(answer('', { 'x-total-count': '250' })),
      totalOf(answer('')),
      totalOf(answer('', { 'x-total-count': 'many' })),
    ]).toEqual([...[250, null, null]]);
  });
});

describe('refusals', () => {
  it.each([
    ['Moqui', answers.loginRefusedByMoqui, 'No account found with username nobody'],
    ['OFBiz', answers.loginRefusedByOms, 'Password incorrect.'],
    ['OFBiz, as a list', answers.productRefused, 'either Shopify Product Id or Shopify Product SKU or Barcode is required'],
    ['nothing found, which is none', answers.nothingFound, ''],
    ['an empty message, which is none', answers.returnTaken, ''],
    ['an array', [{ error: 'x' }], ''],
    ['objects with a message', { errors: [{ message: 'a' }, { message: 'b' }] }, 'a; b'],
  ])('are read in each style: %s', (_style, body, wanted) => {
    expect(complaintIn(body)).toBe(wanted);
  });

  it('are cut, and have words even where HotWax has none', () => {
    expect(complaintIn({ errors: 'x'.repeat(9000) })).toHaveLength(500);
    expect(refusedRecord('', { status: 400 }).vendorText).toBe('HotWax answered 400 without a reason');
    expect(saysItExists(refusedRecord('Primary key violation', { status: 400 }))).toBe(true);
    expect(saysItExists(refusedRecord('Facility is closed', { status: 400 }))).toBe(false);
  });
});

describe('documented payloads', () => {
  it('are read: moments in epoch ms, what is left out is null', () => {
    expect(wire.token.parse(answers.login)).toEqual({ token: 'eyJhbGciOi.J9.x', expirationTime: 1_778_564_398_000 });
    const row = wire.orderRow.parse(orderSample);
    expect(row.shipGroups[0]?.items[0]).toMatchObject({ externalId: '18778801995940', quantity: 1, cancelQuantity: null });
    expect(row.statuses[0]?.statusDatetime).toBe(1_778_560_897_482);
  });

  it('may have text for numbers and ISO moments, as GraphQL has', () => {
    expect(wire.orderItem.parse({ orderItemSeqId: '1', quantity: '2.000' }).quantity).toBe(2);
    expect(wire.facility.parse({ facilityId: 'F', closedDate: '2026-01-02T00:00:00Z' }).closedDate).toBe(Date.UTC(2026, 0, 2));
  });

  it('are yes unless they say N', () => {
    const brokers = (allowBrokering: string | undefined) =>
      wire.productFacility.parse({ productId: 'p', facilityId: 'f', allowBrokering }).allowBrokering;
    expect([brokers(undefined), brokers('Y'), brokers('N')]).toEqual([true, true, false]);
  });
});

describe('GraphQL', () => {
  const sdl = readFileSync(`${import.meta.dirname}/fixtures/schema.graphql`, 'utf8');
  it('is used only where the schema has every field that is asked for, as a plain list', () => {
    expect(offersOrders(sdl)).toBe(true);
    for (const [from, to] of [
      ['externalId: String\n  #', '#'],
      ['order(orderId: ID,', 'order('],
      ['shipGroups: [ShipGroup!]!', 'shipGroups: ShipGroupConnection'],
      ['type OrderItem {', 'type Line {'],
    ] as const) {
      const other = sdl.replace(from, to);
      expect(other).not.toBe(sdl);
      expect(offersOrders(other)).toBe(false);
    }
    expect(offersOrders('<html></html>')).toBe(false);
  });
});

describe('addresses', () => {
  const address = { address1: 'Via 1', city: 'Milano', zip: '20121', province: 'Milano', provinceCode: 'MI', countryCode: 'IT' };
  it('have HotWax’s geo ids', () => {
    expect(postalBody(address)).toEqual({
      ...{ address1: 'Via 1', city: 'Milano', postalCode: '20121', stateProvinceGeoId: 'IT-MI', countryGeoId: 'ITA' },
    });
    expect(postalBody({ ...address, provinceCode: 'NY', countryCode: 'US' })).toMatchObject({
      stateProvinceGeoId: 'NY',
      countryGeoId: 'USA',
    });
    expect(threeLetterCountry('ZZ')).toBe('ZZ');
  });

  it('keep the province behind the city where HotWax doesn’t know it', () => {
    const body = withoutProvince(postalBody(address), address);
    expect(body).toMatchObject({ city: 'Milano (MI)' });
    expect(body).not.toHaveProperty('stateProvinceGeoId');
  });
});

describe('mappings', () => {
  it.each([
    ['FEDEX/STANDARD', 'FedEx', { method: 'STANDARD', carrier: 'FEDEX' }],
    ['STANDARD', 'UPS', { method: 'STANDARD', carrier: 'UPS' }],
    ['STANDARD', null, { method: 'STANDARD', carrier: null }],
  ])('of %s with carrier %s are method and carrier', (method, carrier, wanted) => {
    expect(splitMethod(method, carrier)).toEqual(wanted);
  });
});

describe('the cursor', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 4e12 })),
        fc.array(fc.stringMatching(/^[A-Z0-9]{1,9}@[A-Z0-9]{1,20}$/), { maxLength: 50 }),
        (since, waiting) => {
          const { since: read, waiting: ids } = readCursor(writeCursor({ since, waiting }, Infinity));
          expect([read, ids]).toEqual([since ?? 0, waiting]);
        },
      ),
    );
    expect(readCursor(null)).toEqual({ since: null, waiting: [] });
    expect(readCursor('2026-01-01T00:00:00Z').since).toBe(Date.UTC(2026, 0, 1));
  });
});
