import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { CrossdockError } from '../../app/core/errors.ts';
import { matchKinds } from '../../app/mappings/kinds.ts';
import { normalise, resolve, type MappingRule } from '../../app/mappings/resolve.ts';
import { subjects, readWebhook } from '../../app/shopify/webhooks/read-webhook.ts';
import { planStock, stockTarget } from '../../app/sync/inventory/stock-target.ts';
import { convertPart, handOverHash, layOutUnits, type Conversion, type PartUnits } from '../../app/sync/orders/convert-order.ts';
import { chargesOf, totalOf, totalsDiffer } from '../../app/sync/orders/order-total.ts';
import { aLine, anOrder } from '../../app/sync/orders/order.test-data.ts';

/** `FUZZ=nightly npx vitest run tests/security/fuzz.test.ts` goes on twenty times as long. */
const numRuns = inject('fuzz') === 'nightly' ? 10_000 : 500;
const NIGHT_MS = 600_000;
const root = path.resolve(import.meta.dirname, '../..');

/** What may come over a wire: any JSON, with the words and numbers that parsers trip over. */
const trap = fc.constantFrom<unknown>(
  '__proto__',
  'constructor',
  '',
  ' ',
  '\0',
  '\uD800',
  'NaN',
  '1e400',
  '0x10',
  '9007199254740993',
  '2026-02-30T25:61:61Z',
  '-0',
  1e308,
  -1,
  0.1,
  Number.MAX_SAFE_INTEGER,
  null,
  [],
  {},
  [[]],
  [null],
);
const anything = fc.oneof(trap, fc.jsonValue({ maxDepth: 4 }));

/** Runs `work` as long as it is quick: what would hang is told by its time. */
function quickly<T>(work: () => T): T {
  const started = performance.now();
  const result = work();
  const ms = performance.now() - started;
  if (ms > 1_000) throw new Error(`It took ${ms.toFixed(0)} ms`);
  return result;
}

type Path = (string | number)[];

/** Every place in a JSON document. */
function placesIn(value: unknown, here: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [here];
  return [
    here,
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...here, Array.isArray(value) ? Number(key) : key])),
  ];
}

/** The document with one place changed; `undefined` takes it away. */
function changed(document: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  const copy = (Array.isArray(document) ? [...(document as unknown[])] : { ...(document as object) }) as Record<
    string | number,
    unknown
  >;
  copy[first] = changed(copy[first], rest, value);
  return copy;
}

/** Documented payloads with a few places changed, and any JSON at all. */
function payloads(samples: unknown[]): fc.Arbitrary<unknown> {
  if (samples.length === 0) return anything;
  const places = samples.map((sample) => placesIn(sample));
  const mutated = fc
    .tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.option(anything, { nil: undefined })), { minLength: 1, maxLength: 4 }))
    .map(([which, changes]) => {
      const index = which % samples.length;
      let document = samples[index];
      for (const [place, value] of changes) {
        const at = places[index]?.[place % places[index].length] ?? [];
        // An earlier change may have taken the place away.
        if (placesIn(document).some((one) => one.join('/') === at.join('/'))) document = changed(document, at, value);
      }
      return document === undefined ? null : (JSON.parse(JSON.stringify(document)) as unknown);
    });
  return fc.oneof({ weight: 3, arbitrary: mutated }, { weight: 1, arbitrary: anything });
}

/** Smaller documents inside bigger ones: single records of documented lists are what the schemas of records read. */
const withParts = (samples: unknown[]): unknown[] =>
  samples.flatMap((sample) => [
    sample,
    ...placesIn(sample)
      .slice(0, 60)
      .map((at) => at.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], sample))
      .filter((value) => value !== null && typeof value === 'object'),
  ]);

const connectors = globSync('app/connectors/*/index.ts', { cwd: root })
  .map((file) => path.basename(path.dirname(file)))
  .filter((name) => name !== 'contract');
const withWire = globSync('app/connectors/*/wire.ts', { cwd: root }).map((file) => path.basename(path.dirname(file)));

describe('the wire of every connector', () => {
  it('is a file of its own, in each connector that has a client', () => {
    const clients = connectors.filter((name) => existsSync(path.join(root, `app/connectors/${name}/client.ts`)));
    expect(clients.filter((name) => !withWire.includes(name))).toEqual([]);
    expect(withWire.length).toBeGreaterThan(0);
  });

  it.each(withWire)(
    '%s: reads whatever comes or refuses it, and never crashes or hangs (property)',
    async (name) => {
      const wire = (await import(path.join(root, `app/connectors/${name}/wire.ts`))) as Record<string, unknown>;
      const samples = withParts(
        globSync(`app/connectors/${name}/fixtures/**/*.json`, { cwd: root }).map(
          (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as unknown,
        ),
      );
      const payload = payloads(samples);
      const schemas = Object.entries(wire).filter((one): one is [string, z.ZodType] => one[1] instanceof z.ZodType);
      expect(schemas.length).toBeGreaterThan(0);
      let read = 0;
      fc.assert(
        fc.property(payload, (value) => {
          for (const [, schema] of schemas) if (quickly(() => schema.safeParse(value)).success) read += 1;
        }),
        { numRuns },
      );
      // What is read at all was not refused at the door: the samples are of use.
      expect(read).toBeGreaterThan(numRuns / 50);
      for (const [reader, work] of Object.entries(wire)) {
        if (typeof work !== 'function' || !/^(parse|read)/.test(reader)) continue;
        fc.assert(
          fc.property(
            fc.oneof(
              payload,
              fc.string(),
              payload.map((value) => JSON.stringify(value)),
            ),
            (value) => {
              try {
                quickly(() => (work as (value: unknown) => unknown)(value));
              } catch (error) {
                if (!(error instanceof CrossdockError || error instanceof z.ZodError)) throw error;
              }
            },
          ),
          { numRuns },
        );
      }
    },
    NIGHT_MS,
  );
});

describe('webhooks', () => {
  it(
    'of Shopify are read or refused by name, whatever their body (property)',
    () => {
      const headers = { webhookId: 'w', eventId: null, triggeredAt: null };
      const body = fc.oneof(
        anything,
        fc.dictionary(
          fc.constantFrom(
            'id',
            'admin_graphql_api_id',
            'order_id',
            'order',
            'order_edit',
            'fulfillment_order',
            'customer',
            'shop_id',
            'current',
          ),
          anything,
        ),
      );
      fc.assert(
        fc.property(fc.oneof(fc.constantFrom(...Object.keys(subjects)), fc.string()), body, (topic, payload) => {
          try {
            const { subjectId, related } = quickly(() => readWebhook(topic, payload, headers));
            for (const id of [subjectId, ...related]) expect(typeof id).toBe('string');
          } catch (error) {
            expect(error).toMatchObject({ kind: 'rejected' });
          }
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});

describe('the conversion of an order', () => {
  const tax = fc.record({ title: fc.constant('VAT'), rate: fc.constant(0.19), amount: fc.integer({ min: 0, max: 99_999 }) });
  const lineSpec = fc.record({
    quantity: fc.integer({ min: 1, max: 60 }),
    unitPrice: fc.integer({ min: 0, max: 1_000_000 }),
    discountShare: fc.integer({ min: 0, max: 100 }),
    taxes: fc.array(tax, { maxLength: 3 }),
    cuts: fc.array(fc.nat(60), { minLength: 3, maxLength: 3 }),
  });
  const orderSpec = fc.record({
    lines: fc.array(lineSpec, { minLength: 1, maxLength: 10 }),
    taxesIncluded: fc.boolean(),
    shipping: fc.array(fc.record({ amount: fc.nat(5_000), discount: fc.nat(2_000), taxes: fc.array(tax, { maxLength: 2 }) }), {
      maxLength: 3,
    }),
    tips: fc.nat(5_000),
    duties: fc.nat(5_000),
    rounding: fc.integer({ min: -4, max: 4 }),
  });

  /** The order and up to four parts of it that together are all of it. */
  const split = ({ lines: specs, ...rest }: typeof orderSpec extends fc.Arbitrary<infer T> ? T : never) => {
    const lines = specs.map((spec, index) =>
      aLine({
        id: `gid://shopify/LineItem/${index}`,
        sku: `S${index}`,
        quantity: spec.quantity,
        currentQuantity: spec.quantity,
        unitPrice: spec.unitPrice,
        discount: Math.floor((spec.unitPrice * spec.quantity * spec.discountShare) / 100),
        taxes: spec.taxes,
      }),
    );
    const order = anOrder({
      lines,
      taxesIncluded: rest.taxesIncluded,
      tips: rest.tips,
      duties: rest.duties,
      rounding: rest.rounding,
      shippingLines: rest.shipping.map((line, index) => ({ ...line, title: `Shipping ${index}`, code: `s${index}` })),
    });
    const parts: { number: number; units: PartUnits[] }[] = [1, 2, 3, 4].map((number) => ({ number, units: [] }));
    specs.forEach(({ quantity, cuts }, index) => {
      let left = quantity;
      parts.forEach(({ units }, turn) => {
        const take = turn === 3 ? left : Math.min(left, cuts[turn] ?? 0);
        if (take > 0) units.push({ lineId: `gid://shopify/LineItem/${index}`, quantity: take, facilityId: `f${turn}` });
        left -= take;
      });
    });
    return { order, parts: parts.filter(({ units }) => units.length > 0) };
  };
  const conversionOf = ({ number, units }: { number: number; units: PartUnits[] }, first: number): Conversion => ({
    reference: `#1001_${number}`,
    number,
    units,
    target: { facilityId: 'f', deliveryMethod: 'SHIPPING' },
    carriesCharges: number === first,
    shipping: null,
    payments: [],
    channel: null,
    storeId: null,
    remoteProducts: new Map(),
    withNote: false,
    withAttributes: false,
    customer: null,
  });

  it(
    'conserves money and lines to the last unit, however the order is split (property)',
    () => {
      fc.assert(
        fc.property(orderSpec, (spec) => {
          const { order, parts } = split(spec);
          const starts = layOutUnits(parts);
          const made = parts.map((part) => convertPart(order, conversionOf(part, parts[0]?.number ?? 1), starts));
          const whole = totalOf(
            order.lines.map((line) => ({ total: line.unitPrice * line.quantity - line.discount, taxes: line.taxes })),
            chargesOf(order),
            order.taxesIncluded,
          );
          expect(made.reduce((sum, { total }) => sum + total.amount, 0)).toBe(whole);
          for (const line of order.lines) {
            const shares = made.flatMap(({ lines }) => lines.filter(({ lineId }) => lineId === line.id));
            const sum = (of: (share: (typeof shares)[number]) => number) => shares.reduce((all, share) => all + of(share), 0);
            expect(sum(({ quantity }) => quantity)).toBe(line.quantity);
            expect(sum(({ discount }) => discount)).toBe(line.discount);
            expect(sum(({ taxes }) => taxes.reduce((all, { amount }) => all + amount, 0))).toBe(
              line.taxes.reduce((all, { amount }) => all + amount, 0),
            );
            for (const share of shares) {
              expect(share.total).toBe(share.unitPrice * share.quantity - share.discount);
              expect(share.discount).toBeGreaterThanOrEqual(0);
              for (const { amount } of share.taxes) expect(amount).toBeGreaterThanOrEqual(0);
              expect([share.sku, share.unitPrice, share.lineId]).toEqual([line.sku, line.unitPrice, line.id]);
            }
          }
          expect(made.filter(({ charges }) => charges.length > 0).length).toBeLessThanOrEqual(1);
          // Converted once more it is the same order: what was handed over is not amended for nothing.
          const again = parts.map((part) => convertPart(order, conversionOf(part, parts[0]?.number ?? 1), starts));
          expect(again.map(handOverHash)).toEqual(made.map(handOverHash));
          expect(totalsDiffer({ ...order, currentTotal: whole })).toBeNull();
          expect(totalsDiffer({ ...order, currentTotal: whole + 1 })).toEqual({ expected: whole + 1, computed: whole });
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});

describe('the planning of stock', () => {
  const units = fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }));
  const facts = fc.record({
    facilities: fc.array(units, { minLength: 1, maxLength: 3 }),
    inFlight: units,
    safetyStock: units,
    threshold: units,
    minimumLevel: fc.nat(1_000),
    available: units,
    active: fc.boolean(),
    activateLevels: fc.boolean(),
  });

  it(
    'shows never more than the source has, never less than nothing, and what it planned it does not plan again (property)',
    () => {
      fc.assert(
        fc.property(facts, (some) => {
          const target = stockTarget(some);
          expect(target).toBeGreaterThanOrEqual(0);
          expect(target).toBeLessThanOrEqual(some.facilities.reduce((sum, one) => sum + Math.max(0, one), 0));
          // More kept back or in flight never shows more.
          expect(stockTarget({ ...some, safetyStock: some.safetyStock + 1 })).toBeLessThanOrEqual(target);
          expect(stockTarget({ ...some, threshold: some.threshold + 1 })).toBeLessThanOrEqual(target);
          expect(stockTarget({ ...some, inFlight: some.inFlight + 1 })).toBeLessThanOrEqual(target);
          const plan = planStock(some);
          if ('after' in plan) {
            expect(plan.after).toBe(target);
            expect(planStock({ ...some, available: plan.after, active: true })).toEqual({ action: 'none' });
          }
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});

describe('the resolution of mappings', () => {
  const word = fc.oneof(
    fc.constantFrom('Standard', 'standard ', 'STANDARD', 'Standard Express', 'Express', 'Ex', '', ' ', 'ＤＨＬ', 'DHL', 'İ', 'ß'),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const rules = fc
    .uniqueArray(fc.record({ match: fc.constantFrom(...matchKinds), source: word }), {
      maxLength: 12,
      selector: ({ match, source }) => `${match} ${source}`,
    })
    .map((list) =>
      list.map(({ match, source }, index): MappingRule<'payment'> => ({
        id: String(index),
        match,
        source,
        target: { method: `m${index}` },
      })),
    );

  it(
    'prefers the exact word, does not depend on the order of rules, and never crashes (property)',
    () => {
      fc.assert(
        fc.property(rules, fc.array(word, { minLength: 1, maxLength: 2 }), fc.infiniteStream(fc.nat()), (list, values, order) => {
          const found = resolve(list, values);
          const shuffled = list
            .map((rule) => ({ rule, key: order.next().value as number }))
            .sort((one, other) => one.key - other.key)
            .map(({ rule }) => rule);
          expect(resolve(shuffled, values)).toEqual(found);
          const exact = values.flatMap((value) => list.filter(({ match, source }) => match === 'exact' && source === value))[0];
          if (exact) expect(found).toEqual({ id: exact.id, target: exact.target, by: 'exact' });
          if (!found) return;
          const rule = list[Number(found.id)];
          expect(rule).toMatchObject({ match: found.by, target: found.target });
          const source = normalise(rule?.source ?? '');
          const fits = {
            exact: (name: string) => name === source,
            starts: (name: string) => name.startsWith(source),
            contains: (name: string) => name.includes(source),
          };
          expect(values.map(normalise).some(fits[found.by])).toBe(true);
          // An empty rule would fit everything.
          if (found.by !== 'exact') expect(source).not.toBe('');
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});
