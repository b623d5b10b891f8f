import { randomUUID } from 'node:crypto';
import { announce } from './announce.ts';
import { chooseLines, type LineChoice } from './choose-lines.ts';
import { findFacility } from './facilities.ts';
import { changeOrder } from './order-work.ts';
import { refusal } from './refusals.ts';
import type { Actor, Room } from './room.ts';
import { moveStock, type StockMove } from './stock-moves.ts';

export interface ReceiveReturnInput extends Room {
  /** Reference or id. */
  order: string;
  /** Where it was received (id, code or name); default the order's facility. */
  facility?: string;
  /** `restocked`: back on the shelf, to be sold again; default true. */
  lines: (LineChoice & { restocked?: boolean })[];
  /** Money given back without goods, minor units of the order's currency; only without lines. */
  amount?: number;
  note?: string;
  receivedAt?: Date;
  /** The caller's own name for this request; sent again it is answered, not repeated. */
  reference?: string;
  actor: Actor;
}

/** Receives goods that came back; answers the return's id. More than was shipped is refused. */
export function receiveReturn(input: ReceiveReturnInput): Promise<string> {
  const once =
    input.reference === undefined
      ? undefined
      : {
          kind: 'return',
          reference: input.reference,
          body: [input.order, input.lines, ...(input.amount === undefined ? [] : [input.amount])],
        };
  return changeOrder({ ...input, once }, async ({ tx, room, order, lines, actor, at, change, tell }) => {
    const { amount } = input;
    if (input.lines.length === 0 && amount === undefined)
      throw refusal('stockroom-order-empty', 'A return needs at least one line.', { field: 'lines' });
    if (
      amount !== undefined &&
      (input.lines.length > 0 || !Number.isSafeInteger(amount) || amount <= 0 || amount > Number(order.total))
    )
      throw refusal(
        'stockroom-value',
        'Money without goods is more than none, at most what the order came to, and has no lines.',
        {
          field: 'amount',
          params: { field: 'amount' },
        },
      );
    const facility = await findFacility(tx, room, input.facility ?? order.facilityId, {
      inactiveToo: input.facility === undefined,
    });
    const chosen = [true, false].flatMap((restocked) => {
      const choices = input.lines.filter((line) => (line.restocked ?? true) === restocked);
      const some = chooseLines(order.reference, lines, choices, (line) => line.shipped - line.returned, 'returned');
      for (const { line, quantity } of some) line.returned += quantity;
      return some.map((one) => ({ ...one, restocked }));
    });
    const id = randomUUID();
    const rows = chosen.map(({ line, quantity, restocked }) => ({
      shopId: room.shopId,
      returnId: id,
      lineId: line.id,
      quantity,
      restocked,
    }));
    await tx.stockroomReturnLine.createMany({ data: rows });
    const last = await tx.stockroomReturn.aggregate({
      where: { shopId: room.shopId, orderId: order.id },
      _max: { number: true },
    });
    const number = (last._max.number ?? 0) + 1;
    const head = {
      ...room,
      id,
      orderId: order.id,
      number,
      facilityId: facility.id,
      receivedAt: input.receivedAt ?? at,
      note: input.note ?? '',
      amount: amount === undefined ? null : BigInt(amount),
    };
    await tx.stockroomReturn.create({ data: { ...head, change: await change(), changedAt: at } });
    const moves = chosen
      .filter(({ restocked }) => restocked)
      .map(({ line, quantity }): StockMove => ({
        facilityId: facility.id,
        productId: line.productId,
        mode: 'add',
        value: quantity,
        reserved: 0,
      }));
    await moveStock(tx, room, moves, { kind: 'returned', reference: order.reference, actor, at, known: false }, await change());
    await announce(tx, room, { about: 'returns', subject: order.reference });
    if (amount !== undefined) tell('goodwill', { return: number, amount });
    else tell('returned', { return: number, units: chosen.reduce((sum, { quantity }) => sum + quantity, 0) });
    return id;
  });
}
