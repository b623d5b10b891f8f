import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalBaseUrl } from './base-url.ts';
import { exportRow } from './export-rows.ts';
import { namedFields } from './field-names.ts';
import customerSample from './fixtures/customer.json' with { type: 'json' };
import errorSamples from './fixtures/errors.json' with { type: 'json' };
import rowSamples from './fixtures/export-rows.json' with { type: 'json' };
import madeSample from './fixtures/order-made.json' with { type: 'json' };
import listSamples from './fixtures/value-lists.json' with { type: 'json' };
import { fromLocal, isoOf, sinceLocal, toLocal } from './local-time.ts';
import { refusedRecord, sentencesIn } from './refusal.ts';
import { settings } from './settings.ts';
import { levelsIn } from './stock-levels.ts';
import { variantsBySku } from './variants.ts';
import * as wire from './wire.ts';

const rest = { baseUrl: 'acme', username: 'api', password: 'x', sessionId: 11 };
const faults = (given: Record<string, unknown>) =>
  settings.safeParse(given).error?.issues.map(({ path, message }) => [path[0], message]);

describe('settings', () => {
  it('take the address in any form', () => {
    for (const typed of [
      ...['acme', 'acme.orderwisecloud.com', 'https://acme.orderwisecloud.com', ' https://acme.orderwisecloud.com/OWAPI/ '],
      ...['https://acme.orderwisecloud.com/OWAPI/docs', 'https://acme.orderwisecloud.com/OWAPI/token/gettoken'],
    ])
      expect(normalBaseUrl(typed)).toBe('https://acme.orderwisecloud.com/OWAPI');
    expect(normalBaseUrl('http://10.0.0.5/owapitest/')).toBe('http://10.0.0.5/owapitest');
    expect(normalBaseUrl('https://erp.example.com/api/')).toBe('https://erp.example.com/api');
    for (const typed of ['', 'not an address', 'https://user:secret@acme.com', 'http://'])
      expect(normalBaseUrl(typed)).toBe(null);
  });

  it('want what REST needs, and nothing of it in classic mode', () => {
    expect(settings.safeParse(rest).success).toBe(true);
    expect(settings.safeParse({ mode: 'classic' }).success).toBe(true);
    expect(faults({})).toEqual(['baseUrl', 'username', 'password', 'sessionId'].map((name) => [name, 'missing']));
    expect(faults({ ...rest, baseUrl: 'no address' })).toEqual([['baseUrl', 'unreadable']]);
    expect(faults({ ...rest, timeZone: 'Europe/Nowhere' })).toEqual([['timeZone', 'unknown']]);
    expect(faults({ ...rest, taxRates: '20: T1' })).toEqual([['taxRates', 'unreadable']]);
    expect(faults({ ...rest, fieldNames: 'noSuchField = x' })).toEqual([['fieldNames', 'unreadable']]);
  });

  it('want a definition for everything where the stock export has a window of its own', () => {
    const windowed = { ...rest, stockExportId: 9, stockExportStyle: 'window' };
    expect(faults(windowed)).toEqual([['fullStockExportId', 'missing']]);
    expect(settings.safeParse({ ...windowed, fullStockExportId: 15 }).success).toBe(true);
  });

  it('rename a field that is a guess, or leave it out', () => {
    expect(namedFields('')('customerOrderRef', '#1')).toEqual({ customerOrderRef: '#1' });
    const named = namedFields('customerOrderRef = reference; orderTypeId =');
    expect([named('customerOrderRef', '#1'), named('orderTypeId', 1), named('itemNet', 2), named('itemNet', null)]).toEqual([
      { reference: '#1' },
      {},
      { itemNet: 2 },
      {},
    ]);
  });
});

describe('documented payloads', () => {
  it('are read', () => {
    expect(wire.orderMade.parse(madeSample)).toEqual({ id: '700001', number: '3622' });
    expect(wire.orderMade.parse(null)).toBe(null);
    expect(wire.listValue.array().parse([...listSamples.named, ...listSamples.described])).toEqual([
      { id: '5', name: 'Main Warehouse' },
      { id: '1', name: 'Standard Delivery' },
    ]);
    expect(wire.customer.parse(customerSample)).toMatchObject({ statementName: 'Harbour Supplies Ltd', statementPostcode: null });
    for (const token of ['eyJ', { token: 'eyJ' }, { access_token: 'eyJ' }]) expect(wire.token.parse(token)).toBe('eyJ');
    const bare = { variantInfo: { id: 1, code: 'A', description: 'x', eanCode: null } };
    expect(wire.variant.parse([bare])).toEqual(wire.variant.parse(bare));
  });

  it('are rows by our names, whatever the case of theirs', () => {
    const row = exportRow({ ...rowSamples.status[0], SKU: ' A ' });
    expect([row.text('orderId'), row.text('orderNumber'), row.text('tracking'), row.text('sku')]).toEqual([
      '6',
      '3622',
      null,
      'A',
    ]);
    expect([row.has('tracking'), row.has('quantity')]).toEqual([true, false]);
  });

  it('are levels: the lower of two codes that differ in blanks, whole units, and no zero out of nothing', () => {
    const levels = levelsIn(rowSamples.multiStock.map(exportRow), (row) => row.text('location') ?? '');
    expect(levels.map(({ sku, available }) => [sku, available])).toEqual([
      ['ABC-100-RED', 7],
      ['NEG', -3],
    ]);
  });

  it('are refusals with OrderWise’s words, found however deep', () => {
    const error = refusedRecord(sentencesIn(errorSamples.variant), { status: 400 });
    expect(error).toMatchObject({ code: 'orderwise-variant-unknown', field: 'sku', params: { sku: 'XYZ 1' } });
    expect(refusedRecord(sentencesIn(errorSamples.session), {})).toMatchObject({ code: 'orderwise-session-unknown' });
    expect(refusedRecord(sentencesIn(errorSamples.bare), {})).toMatchObject({ vendorText: errorSamples.bare });
    expect(refusedRecord([], { status: 400 })).toMatchObject({ vendorText: expect.stringMatching(/400/) as string });
  });

  it('any JSON is looked through without stumbling', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sentencesIn(value)).not.toContain('');
      }),
    );
  });
});

describe('codes', () => {
  it('are found with blanks around them, but never by guessing between two', () => {
    const variant = (variantID: string, variantCode: string) => ({ variantID, variantCode, variantDescription: null });
    const found = variantsBySku(
      [variant('1', 'A '), variant('2', 'B'), variant('3', 'B '), variant('4', ' C'), variant('5', 'C ')],
      ['A', 'B', 'C', 'D', ''],
    );
    expect([...found].map(([sku, { variantID }]) => [sku, variantID])).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
  });
});

describe('local time', () => {
  const zone = 'Europe/London';

  it('is London’s, without a zone', () => {
    expect(toLocal(Date.parse('2026-07-05T09:00:00Z'), zone)).toBe('2026-07-05T10:00:00');
    expect(isoOf('2026-07-05 10:00:00', zone)).toBe('2026-07-05T09:00:00.000Z');
    for (const none of ['yesterday', '20/11/2026 10:00:00', '0000-00-00', '']) expect(fromLocal(none, zone)).toBe(null);
  });

  it('never misses what happened since, not even in the hour that comes twice', () => {
    const around = Date.parse('2026-10-25T01:00:00Z');
    const hours = fc.integer({ min: -4 * 3600, max: 4 * 3600 }).map((seconds) => around + seconds * 1000);
    fc.assert(
      fc.property(hours, hours, hours, (a, b, c) => {
        const [since, happened, now] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        expect(toLocal(happened, zone) >= sinceLocal(since, now, zone)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
