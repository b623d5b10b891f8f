import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { rawNumber, readEverything, type Scene, type Told } from '../../app/connectors/contract/battery-scene.ts';
import { xmlOf } from '../../app/connectors/orderwise/quirks/classic-scene.ts';
import pulpoEvent from '../../app/connectors/pulpo/fixtures/webhook-event.json' with { type: 'json' };
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
  'Infinity',
  '1e400',
  rawNumber('1e999'),
  rawNumber('-0'),
  '20/11/2026 10:00:00',
  '+275760-09-13T00:00:00Z',
  '9999-12-31T23:59:59Z',
  8.65e15,
  'x'.repeat(20_000),
  true,
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
      const schemas = Object.entries(wire).filter((one): one is [string, z.ZodType] => one[1] instanceof z.ZodType);
      expect(schemas.length).toBeGreaterThan(0);
      fc.assert(
        fc.property(payloads(samples), (value) => {
          for (const [, schema] of schemas) quickly(() => schema.safeParse(value));
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});

const scenes = globSync('app/connectors/*/quirks/*scene.ts', { cwd: root }).map((file) => file.split(path.sep).join('/'));
const sceneAt = async (file: string): Promise<Scene> => ((await import(path.join(root, file))) as { scene: Scene }).scene;

/** Every value in a document. */
const leavesOf = (value: unknown): unknown[] =>
  value !== null && typeof value === 'object' ? Object.values(value).flatMap(leavesOf) : [value];

/** The numbers in a document, also those that are written as text. */
const numbersIn = (value: unknown): number[] =>
  leavesOf(value)
    .map((leaf) => (typeof leaf === 'string' ? leaf.replace(/^@raw (.*)@$/, '$1') : leaf))
    .filter((leaf) => typeof leaf === 'number' || (typeof leaf === 'string' && /\d/.test(leaf)))
    .map(Number)
    .filter(Number.isFinite);

/** What no database or shop could keep is never told: numbers without end, texts with a NUL or half a letter, moments that are none or are still to come. */
function expectSound(told: Told, now: number): void {
  const { shipments, returns, cursors } = told;
  const isSound = (leaf: unknown) =>
    (typeof leaf !== 'number' || (Number.isFinite(leaf) && !Object.is(leaf, -0))) &&
    (typeof leaf !== 'string' || (leaf.isWellFormed() && !leaf.includes('\0')));
  const isMoment = (text: string) => /^\d{4}-/.test(text) && new Date(text).toISOString() === text;
  const isId = (text: string) => text !== '' && text.length < 600;
  const records = [...shipments, ...returns];
  expect({
    leaves: leavesOf(told).filter((leaf) => !isSound(leaf)),
    moments: [...shipments.map(({ shippedAt }) => shippedAt), ...returns.flatMap(({ receivedAt }) => receivedAt ?? [])].filter(
      (moment) => !isMoment(moment),
    ),
    // Longer ones fit into no index.
    ids: [...records.flatMap(({ remoteId, reference }) => [remoteId, reference]), ...told.levels.map(({ sku }) => sku)].filter(
      (id) => !isId(id),
    ),
    quantities: records.flatMap(({ lines }) => lines).filter(({ quantity }) => !(quantity > 0)),
    // Reading that went on from a moment to come would miss everything until then.
    cursors: cursors.filter(
      (cursor) => /^[+-]/.test(cursor) || Date.parse(/^\d{4}-[\d-]+T[\d:.]+Z/.exec(cursor)?.[0] ?? '') > now,
    ),
  }).toEqual({ leaves: [], moments: [], ids: [], quantities: [], cursors: [] });
}

function expectGood(told: Told, { good }: Pick<Scene, 'good'>): void {
  const { shipments, returns, levels } = told;
  expect(shipments.map(({ remoteId }) => remoteId)).toEqual(expect.arrayContaining(good.shipments));
  expect(returns.map(({ remoteId }) => remoteId)).toEqual(expect.arrayContaining(good.returns));
  expect(levels.map(({ sku, available }) => [sku, available])).toEqual(expect.arrayContaining(good.levels));
}

/** A refusal is one of our errors with words for people, and never says that the mistake is ours. */
async function refusable<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CrossdockError && error.kind !== 'bug') return null;
    throw error;
  }
}

describe('a wrong record in a back office', () => {
  it('is tried with every connector that has a client', () => {
    expect(withWire.filter((name) => !scenes.some((file) => file.startsWith(`app/connectors/${name}/`)))).toEqual([]);
  });

  it.each(scenes)('%s: what is as it should be is told whole', async (file) => {
    const scene = await sceneAt(file);
    const { connector } = await scene.open(scene.documents);
    const told = await readEverything(connector, scene);
    expectSound(told, Date.now());
    const all = [scene.good, scene.bad];
    expect(told.shipments.map(({ remoteId }) => remoteId).sort()).toEqual(all.flatMap(({ shipments }) => shipments).sort());
    expect(told.returns.map(({ remoteId }) => remoteId).sort()).toEqual(all.flatMap(({ returns }) => returns).sort());
    expect(told.levels.map(({ sku, available }) => [sku, available]).sort()).toEqual(all.flatMap(({ levels }) => levels).sort());
    const { reference, remoteId } = scene.order;
    expect(await connector.orders.find(reference)).toMatchObject({ reference });
    expect(await connector.shipments?.ofOrder(remoteId)).toMatchObject([{ reference }]);
  });

  it.each(scenes)(
    '%s: never takes a good one with it, and comes out sound or not at all (property)',
    async (file) => {
      const scene = await sceneAt(file);
      const names = Object.keys(scene.documents);
      const wrong = fc.nat(names.length - 1).chain((index) => {
        const name = names[index] ?? '';
        return payloads([scene.documents[name]]).map((document) => ({ ...scene.documents, [name]: document }));
      });
      await fc.assert(
        fc.asyncProperty(wrong, async (documents) => {
          const { connector } = await scene.open(documents);
          const told = await readEverything(connector, scene);
          expectSound(told, Date.now());
          expectGood(told, scene);
          const figures = numbersIn(documents[scene.stockAt[0]]).flatMap((one) => [Math.floor(one) || 0, one]);
          for (const { sku, available } of told.levels)
            if (!scene.good.levels.some(([known]) => known === sku)) expect(figures).toContain(available);
          const { reference, remoteId } = scene.order;
          const order = await refusable(() => connector.orders.find(reference));
          const shipments = (await refusable(() => connector.shipments?.ofOrder(remoteId) ?? Promise.resolve([]))) ?? [];
          expectSound({ shipments, returns: [], levels: [], cursors: [] }, Date.now());
          for (const leaf of leavesOf(order)) if (typeof leaf === 'number') expect(leaf).toSatisfy(Number.isFinite);
          await refusable(async () => {
            for await (const { customers } of connector.customers?.credit({ since: null }) ?? [])
              for (const leaf of leavesOf(customers)) if (typeof leaf === 'number') expect(leaf).toSatisfy(Number.isSafeInteger);
          });
          await refusable(async () => {
            for await (const { references } of connector.orders.changes?.({ since: null }) ?? [])
              for (const one of references) expect(typeof one).toBe('string');
          });
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );

  it.each(scenes)(
    '%s: without a number its stock is unknown, never zero (property)',
    async (file) => {
      const scene = await sceneAt(file);
      const [name, ...way] = scene.stockAt;
      const [sku] = scene.bad.levels[0] ?? [];
      const noNumber = anything.filter((value) => numbersIn(value).length === 0);
      await fc.assert(
        fc.asyncProperty(noNumber, async (value) => {
          const { connector } = await scene.open({ ...scene.documents, [name]: changed(scene.documents[name], [...way], value) });
          const told = await readEverything(connector, scene);
          expect(told.levels.filter((level) => level.sku === sku)).toEqual([]);
          expectGood(told, scene);
        }),
        { numRuns },
      );
    },
    NIGHT_MS,
  );
});

describe('calls from a back office', () => {
  /** A text with a few places broken. */
  const broken = (text: string) =>
    fc
      .array(
        fc.tuple(
          fc.nat(text.length),
          fc.nat(12),
          fc.oneof(fc.constantFrom('<', '>', '&', '"', '\0', '{', ']', '&#0;', '<a>', ']]>'), fc.string()),
        ),
        {
          minLength: 1,
          maxLength: 4,
        },
      )
      .map((cuts) => cuts.reduce((all, [at, length, by]) => all.slice(0, at) + by + all.slice(at + length), text));
  const call = (body: string, way: string) => ({
    ...{ method: 'POST', path: way, query: new URLSearchParams(), headers: new Headers(), callerAddress: null },
    ...{ mayHandOver: true, body },
  });

  it(
    'of OrderWise are taken or refused, whatever is broken in their documents (property)',
    async () => {
      const scene = await sceneAt('app/connectors/orderwise/quirks/classic-scene.ts');
      const document = `<all>${['order', 'Variant'].map((name) => xmlOf(name, scene.documents[name])).join('')}</all>`;
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(broken(document), fc.string()),
          fc.constantFrom('despatch', 'stock', 'success'),
          async (body, way) => {
            const { connector } = await scene.open(scene.documents);
            const answer = await refusable(async () => connector.inbound?.receive(call(body, way)));
            for (const { eventId } of answer?.hints ?? []) expect(eventId).not.toBe('');
            const told = await readEverything(connector, scene);
            expectSound(told, Date.now());
            expectGood(told, scene);
            expect(await connector.orders.find(scene.order.reference)).not.toBeNull();
          },
        ),
        { numRuns },
      );
    },
    NIGHT_MS,
  );

  it(
    'of PULPO are hints or refused (property)',
    async () => {
      const scene = await sceneAt('app/connectors/pulpo/quirks/scene.ts');
      const { connector } = await scene.open(scene.documents);
      const text = JSON.stringify(pulpoEvent);
      const body = fc.oneof(
        broken(text),
        payloads([pulpoEvent]).map((value) => JSON.stringify(value)),
      );
      let hints = 0;
      await fc.assert(
        fc.asyncProperty(body, async (sent) => {
          const answer = await refusable(async () => connector.inbound?.receive(call(sent, '')));
          for (const { eventId, subject } of answer?.hints ?? []) {
            hints += 1;
            for (const word of [eventId, subject ?? ''])
              expect([word, word.isWellFormed() && !word.includes('\0')]).toEqual([word, true]);
          }
        }),
        { numRuns },
      );
      expect(hints).toBeGreaterThan(0);
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
