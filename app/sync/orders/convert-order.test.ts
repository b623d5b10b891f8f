import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convertPart, handOverHash, isAsHandedOver, layOutUnits, type Conversion, type PartUnits } from './convert-order.ts';
import { roundingOf, totalOf, totalsDiffer } from './order-total.ts';
import { aLine, anOrder } from './order.test-data.ts';

const conversion = (number: number, units: PartUnits[], change: Partial<Conversion> = {}): Conversion => ({
  reference: `#1001${number === 1 ? '' : `_${number}`}`,
  number,
  units,
  target: { facilityId: 'f', deliveryMethod: 'SHIPPING' },
  carriesCharges: number === 1,
  shipping: null,
  payments: [],
  channel: null,
  storeId: null,
  remoteProducts: new Map(),
  withNote: true,
  withAttributes: true,
  customer: null,
  ...change,
});

describe('conversion of an order', () => {
  it('adds up to what Shopify says, tax inside the prices', () => {
    const order = anOrder();
    const units = [{ lineId: order.lines[0]!.id, quantity: 2, facilityId: 'f' }];
    expect(convertPart(order, conversion(1, units), layOutUnits([{ number: 1, units }])).total).toEqual({
      amount: 2500,
      currency: 'EUR',
    });
    expect(totalsDiffer(order)).toBeNull();
  });

  it('adds tax on top where prices exclude it', () => {
    const taxes = [{ title: 'VAT', rate: 0.19, amount: 380 }];
    const order = anOrder({ taxesIncluded: false, currentTotal: 2880, lines: [aLine({ taxes })] });
    expect(totalsDiffer(order)).toBeNull();
  });

  it('names the difference to the minor unit', () => {
    expect(totalsDiffer(anOrder({ currentTotal: 2501 }))).toEqual({ expected: 2501, computed: 2500 });
  });

  it('adds up when units were taken off, whose taxes Shopify rounds together and we one by one', () => {
    // Seven units at first, five now: 0.93 and 0.24 of tax come to 0.66 and 0.17 by themselves, and to 0.84 together.
    const taxes = [
      { title: 'State', rate: 0.0663, amount: 93 },
      { title: 'County', rate: 0.0171, amount: 24 },
    ];
    const lines = [aLine({ quantity: 7, currentQuantity: 5, unitPrice: 200, discount: 0, taxes })];
    const order = anOrder({ taxesIncluded: false, lines, shippingLines: [], currentTotal: 1084 });
    expect(totalsDiffer(order)).toBeNull();
    const units = [{ lineId: lines[0]!.id, quantity: 5, facilityId: 'f' }];
    const part = convertPart(order, conversion(1, units), layOutUnits([{ number: 1, units }]));
    expect(part.total.amount).toBe(1084);
    expect(part.lines[0]?.taxes.map(({ amount }) => amount)).toEqual([67, 17]);
    // More than rounding explains is a difference, and so is any where nothing was taken off.
    expect(totalsDiffer({ ...order, currentTotal: 1086 })).toEqual({ expected: 1086, computed: 1083 });
    const whole = aLine({ quantity: 5, currentQuantity: 5, unitPrice: 200, discount: 0, taxes });
    expect(totalsDiffer({ ...order, lines: [whole], currentTotal: 1118 })).toEqual({ expected: 1118, computed: 1117 });
  });

  it('adds up when units with a discount were taken off, tax inside the prices', () => {
    const lines = [aLine({ quantity: 3, currentQuantity: 2, unitPrice: 1000, discount: 100, taxes: [] })];
    for (const currentTotal of [1933, 1934]) expect(totalsDiffer(anOrder({ lines, shippingLines: [], currentTotal }))).toBeNull();
    expect(totalsDiffer(anOrder({ lines, shippingLines: [], currentTotal: 1935 }))).toEqual({ expected: 1935, computed: 1933 });
  });

  it('keeps lines, quantities, money and tax whole however an order is split (property)', () => {
    const lineArbitrary = fc.record({
      quantity: fc.integer({ min: 1, max: 40 }),
      unitPrice: fc.integer({ min: 0, max: 100_000 }),
      discount: fc.integer({ min: 0, max: 5_000 }),
      tax: fc.integer({ min: 0, max: 9_999 }),
      cut: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(lineArbitrary, { minLength: 1, maxLength: 8 }), fc.boolean(), (specs, taxesIncluded) => {
        const lines = specs.map((spec, index) =>
          aLine({
            id: `l${index}`,
            quantity: spec.quantity,
            currentQuantity: spec.quantity,
            unitPrice: spec.unitPrice,
            discount: spec.discount,
            taxes: [{ title: 'T', rate: 0, amount: spec.tax }],
          }),
        );
        const order = anOrder({ lines, taxesIncluded });
        const split = (side: 0 | 1) =>
          specs.flatMap((spec, index) => {
            const first = Math.min(spec.cut, spec.quantity);
            const quantity = side === 0 ? first : spec.quantity - first;
            return quantity > 0 ? [{ lineId: `l${index}`, quantity, facilityId: 'f' }] : [];
          });
        const parts = [1, 2].map((number) => ({ number, units: split((number - 1) as 0 | 1) }));
        const starts = layOutUnits(parts);
        const converted = parts.map(({ number, units }) => convertPart(order, conversion(number, units), starts));
        const whole = totalOf(
          lines.map((line) => ({ total: line.unitPrice * line.quantity - line.discount, taxes: line.taxes })),
          converted[0]!.charges,
          taxesIncluded,
        );
        expect(converted.reduce((sum, part) => sum + part.total.amount, 0)).toBe(whole);
        for (const line of lines) {
          const mine = converted.flatMap((part) => part.lines).filter((one) => one.lineId === line.id);
          expect(mine.reduce((sum, one) => sum + one.quantity, 0)).toBe(line.quantity);
          expect(mine.reduce((sum, one) => sum + one.taxes[0]!.amount, 0)).toBe(line.taxes[0]!.amount);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names what differs where Shopify tells it: the line, the shipping, the taxes', () => {
    const [mug, cup] = [aLine({ unitNet: 1000 }), aLine({ id: 'cup', sku: 'CUP', title: 'Cup', discount: 1, unitNet: 1000 })];
    const sums = { shipping: 500, tax: 0 };
    const differing = (change: Parameters<typeof anOrder>[0]) => totalsDiffer(anOrder({ sums, currentTotal: 1, ...change }));
    // A discount of a minor unit on two is rounding, one of two a unit isn't.
    expect(differing({ lines: [mug, cup] })).toEqual({ expected: 1, computed: 4499 });
    expect(differing({ lines: [mug, { ...cup, discount: 5 }] })).toEqual({
      ...{ expected: 1, computed: 4495, context: 'line', line: 'Cup (CUP)' },
    });
    expect(
      differing({
        lines: [
          { ...mug, discount: 5 },
          { ...cup, discount: 5 },
        ],
      }),
    ).toEqual({ expected: 1, computed: 4490 });
    expect(differing({ lines: [mug], sums: { ...sums, shipping: 700 } })).toMatchObject({ context: 'shipping' });
    expect(differing({ lines: [mug], sums: { ...sums, tax: 7 } })).toMatchObject({ context: 'tax' });
    // What agrees with Shopify isn't looked into.
    expect(totalsDiffer(anOrder({ lines: [{ ...mug, unitNet: 1 }], sums }))).toBeNull();
  });

  it('takes additional fees for charges, with their taxes', () => {
    const fees = [{ title: 'Import fee', amount: 700, taxes: [{ title: 'VAT', rate: 0.1, amount: 70 }] }];
    const order = anOrder({ fees, taxesIncluded: false, currentTotal: 3270 });
    expect(totalsDiffer(order)).toBeNull();
    const units = [{ lineId: order.lines[0]!.id, quantity: 2, facilityId: 'f' }];
    const part = convertPart(order, conversion(1, units), layOutUnits([{ number: 1, units }]));
    expect(part.charges.at(-1)).toEqual({ kind: 'fee', title: 'Import fee', discount: 0, amount: 700, taxes: fees[0]!.taxes });
    expect(part.total.amount).toBe(3270);
  });

  it('what left and was taken off the order afterwards keeps its discount and its taxes', () => {
    const taxes = [{ title: 'VAT', rate: 0.19, amount: 380 }];
    const order = anOrder({
      taxesIncluded: false,
      shippingLines: [],
      lines: [aLine({ discount: 10, taxes, currentQuantity: 0 })],
    });
    const units = [{ lineId: order.lines[0]!.id, quantity: 2, facilityId: 'f' }];
    expect(convertPart(order, conversion(1, units), layOutUnits([{ number: 1, units }])).total.amount).toBe(2370);
  });

  it('is as it was handed over whatever becomes of other parts, of units taken off elsewhere and of money given back (property)', () => {
    const spec = fc.record({
      ...{
        quantity: fc.integer({ min: 1, max: 30 }),
        taken: fc.nat(30),
        mine: fc.nat(30),
        before: fc.nat(30),
        later: fc.nat(30),
      },
      ...{ discount: fc.nat(999), tax: fc.nat(999) },
    });
    fc.assert(
      fc.property(fc.array(spec, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.nat(3), (specs, taxesIncluded, roundedBy) => {
        const lines = specs.map(({ quantity, taken, discount, tax }, index) =>
          aLine({
            ...{ id: `l${index}`, quantity, currentQuantity: Math.max(1, quantity - taken), unitPrice: 1000, discount },
            taxes: [{ title: 'T', rate: 0, amount: tax }],
          }),
        );
        const order = anOrder({ lines, taxesIncluded });
        const units = lines.map(({ id, currentQuantity }, index) => ({
          ...{ lineId: id, quantity: 1 + (specs[index]!.mine % currentQuantity), facilityId: 'f' },
        }));
        const made = (change: Partial<typeof order>, of: 'before' | 'later') => {
          const others = lines.map(({ id, currentQuantity }, index) => ({
            ...{ lineId: id, quantity: specs[index]![of] % (currentQuantity - units[index]!.quantity + 1), facilityId: 'f' },
          }));
          const starts = layOutUnits([
            { number: 1, units: others },
            { number: 2, units },
          ]);
          return convertPart({ ...order, ...change }, conversion(2, units), starts);
        };
        const { computed = order.currentTotal } = totalsDiffer(order) ?? {};
        const sent = handOverHash(made({ currentTotal: computed + roundedBy }, 'before'));
        const again = made({ refundedTotal: 1, currentTotal: 0 }, 'later');
        expect(isAsHandedOver(sent, again, roundingOf(order, units))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves no room for rounding where a part has whole lines', () => {
    const order = anOrder({ lines: [aLine({ discount: 99 })] });
    const units = [{ lineId: order.lines[0]!.id, quantity: 2, facilityId: 'f' }];
    expect(roundingOf(order, units)).toBe(0);
    const sent = convertPart(order, conversion(1, units), layOutUnits([{ number: 1, units }]));
    const dearer = { ...sent, total: { ...sent.total, amount: sent.total.amount + 1 } };
    expect([isAsHandedOver(handOverHash(sent), sent, 0), isAsHandedOver(handOverHash(sent), dearer, 0)]).toEqual([true, false]);
    // As it was kept before totals were.
    const before = handOverHash(sent).split(' ')[0]!;
    expect([isAsHandedOver(before, dearer, 0), isAsHandedOver(null, sent, 0)]).toEqual([true, false]);
  });

  it('changes its hash with quantity, address, facility and what it comes to, and with nothing else', () => {
    const order = anOrder();
    const units = [{ lineId: order.lines[0]!.id, quantity: 2, facilityId: 'f' }];
    const convert = (change: Partial<typeof order>, more: Partial<Conversion> = {}) =>
      handOverHash(convertPart(anOrder(change), conversion(1, units, more), layOutUnits([{ number: 1, units }])));
    const before = convert({});
    expect(convert({ tags: ['x'], note: 'n', financialStatus: 'PARTIALLY_REFUNDED' })).toBe(before);
    expect(convert({}, { shipping: { title: 'a', code: 'b', carrier: 'c', method: 'd' } })).toBe(before);
    expect(convert({}, { units: [{ ...units[0]!, quantity: 1 }] })).not.toBe(before);
    expect(convert({}, { target: { facilityId: 'g', deliveryMethod: 'SHIPPING' } })).not.toBe(before);
    expect(convert({ lines: [aLine({ discount: 1 })] })).not.toBe(before);
    expect(convert({ shippingLines: [] })).not.toBe(before);
    expect(convert({}, { carriesCharges: false })).not.toBe(before);
  });

  it('tells the note, the details, the customer and whether it was handed over as the conversion says', () => {
    const order = anOrder({ note: 'Ring', attributes: [{ key: 'gift', value: 'yes' }] });
    const units = [{ lineId: 'gid://shopify/LineItem/1', quantity: 2, facilityId: 'f' }];
    const part = (change: Partial<Conversion>) =>
      convertPart(order, conversion(1, units, change), layOutUnits([{ number: 1, units }]));
    expect(part({})).toMatchObject({
      note: 'Ring',
      attributes: [{ key: 'gift', value: 'yes' }],
      customer: null,
      handedOver: false,
    });
    const customer = { id: 'gid://shopify/Customer/0', name: 'Shop', email: null, phone: null, tags: [] };
    const target = { facilityId: 'f', deliveryMethod: 'RETAIL', handedOver: true };
    expect(part({ withNote: false, withAttributes: false, customer, target })).toMatchObject({
      ...{ note: null, attributes: [], customer, handedOver: true },
    });
  });
});
