import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderAmounts, paymentsOf } from './order-amounts.ts';
import { anyOrder } from './quirks/any-order.ts';
import { orderOf } from './quirks/world.ts';

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);

describe('an order’s amounts', () => {
  it('balance to the penny, whatever the prices, discounts, taxes and charges are', () => {
    fc.assert(
      fc.property(anyOrder(), (order) => {
        const { pricesAsNet, lines, delivery, extras, order: total } = orderAmounts(order);
        const basis = (amounts: { gross: number; net: number }) => (pricesAsNet ? amounts.net : amounts.gross);
        const parts =
          sum(lines.map(({ unit, quantity }) => unit * quantity)) +
          basis(delivery) +
          sum(extras.map(({ amount, discount }) => (discount ? -amount : amount)));
        expect(parts).toBe(basis(total));
        expect(total.gross).toBe(order.total.amount);
        expect(total.tax).toBe(total.gross - total.net);
        expect(delivery.tax).toBe(delivery.gross - delivery.net);
        for (const amount of [parts, ...lines.map(({ unit }) => unit)]) expect(Number.isSafeInteger(amount)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keep every unit of every line, at prices at most one penny apart', () => {
    fc.assert(
      fc.property(anyOrder(), (order) => {
        const priced = Map.groupBy(orderAmounts(order).lines, ({ line }) => line.lineId);
        for (const line of order.lines) {
          const own = priced.get(line.lineId) ?? [];
          expect(sum(own.map(({ quantity }) => quantity))).toBe(line.quantity);
          expect(sum(own.map(({ unit, quantity }) => unit * quantity))).toBe(line.total);
          const units = own.map(({ unit }) => unit);
          expect(Math.max(...units) - Math.min(...units)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('make two lines of three units for ten pounds', () => {
    const order = orderOf({ A: 3 });
    const [line] = order.lines;
    const priced = orderAmounts({ ...order, lines: [{ ...line!, unitPrice: 400, discount: 200, total: 1000 }] }).lines;
    expect(priced.map(({ quantity, unit }) => [quantity, unit])).toEqual([
      [1, 334],
      [2, 333],
    ]);
  });
});

describe('payments', () => {
  it('are never more than is due, nor below zero', () => {
    const payment = fc.record({
      gateway: fc.constantFrom('a', 'b', 'c'),
      method: fc.constantFrom('1', '2', null),
      amount: fc.integer({ min: -100, max: 100_000 }),
      paid: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(payment), fc.integer({ min: 0, max: 100_000 }), (payments, due) => {
        const found = paymentsOf(orderOf({ A: 1 }, { payments }), due);
        expect(sum(found.map(({ amount }) => amount))).toBeLessThanOrEqual(due);
        expect(found.every(({ amount }) => amount > 0)).toBe(true);
      }),
    );
  });

  it('are left out where they are unpaid or unmapped', () => {
    const order = orderOf({ A: 1 });
    const one = { gateway: 'klarna', method: '3', amount: 1500, paid: true };
    expect(paymentsOf({ ...order, payments: [one] }, 1500)).toEqual([{ gateway: 'klarna', method: '3', amount: 1500 }]);
    for (const changed of [
      { ...one, paid: false },
      { ...one, method: null },
    ])
      expect(paymentsOf({ ...order, payments: [changed] }, 1500)).toEqual([]);
  });
});
