import { randomUUID } from 'node:crypto';
import type { Tx } from '../db/scope.ts';
import type { OrderInput, OrderLineInput } from './order-types.ts';
import type { PersonalData } from './personal-data.ts';
import { refusal } from './refusals.ts';
import { asJson, isUuid, type Room } from './room.ts';
import { adoptShelf } from './shared-shelf.ts';
import type { StockMove } from './stock-moves.ts';

/** What to do with a SKU that Stockroom doesn't know: refuse the order, or add the product under the line's title. */
export type UnknownSku = 'refuse' | 'add';

/** Refuses an order that no warehouse could work on. */
export function checkOrder({ reference, lines, total }: OrderInput): void {
  if (!reference.trim() || reference.length > 200)
    throw refusal('stockroom-value', 'An order needs a reference of at most 200 characters.', { field: 'reference' });
  if (lines.length === 0)
    throw refusal('stockroom-order-empty', `Order ${reference} has no lines.`, { field: 'lines', params: { reference } });
  if (!Number.isSafeInteger(total))
    throw refusal('stockroom-value', `The total of order ${reference} must be a whole number of minor units.`, {
      field: 'total',
    });
  lines.forEach((line, index) => {
    if (!Number.isInteger(line.quantity) || line.quantity < 1 || line.quantity > 1_000_000) {
      throw refusal(
        'stockroom-value',
        `Line ${index + 1} of order ${reference} has the quantity ${line.quantity}; it must be a whole number above zero.`,
        {
          field: `lines.${index}.quantity`,
        },
      );
    }
  });
}

/** The products of the lines, in their order. */
async function productsOf(tx: Tx, room: Room, input: OrderInput, unknownSku: UnknownSku, at: Date): Promise<string[]> {
  const { shopId, connectionId } = room;
  const ids = input.lines.flatMap(({ productId }) => (productId && isUuid(productId) ? [productId] : []));
  const find = () =>
    tx.stockroomProduct.findMany({
      where: { shopId, connectionId, OR: [{ sku: { in: input.lines.map(({ sku }) => sku) } }, { id: { in: ids } }] },
      select: { id: true, sku: true },
    });
  let products = await find();
  const idOf = (line: OrderLineInput) =>
    products.find(({ id }) => id === line.productId)?.id ?? products.find(({ sku }) => sku === line.sku)?.id;
  if (input.lines.some((line) => !idOf(line))) {
    await adoptShelf(tx, room);
    products = await find();
  }
  const missing = input.lines.filter((line) => !idOf(line));
  if (missing.length > 0 && unknownSku === 'add' && missing.every(({ sku }) => sku.trim())) {
    const data = missing.map(({ sku, title, unitPrice }) => ({
      shopId,
      connectionId,
      sku,
      title,
      price: BigInt(unitPrice),
      currency: input.currency,
      createdAt: at,
      updatedAt: at,
    }));
    await tx.stockroomProduct.createMany({ data, skipDuplicates: true });
    products = await find();
  }
  return input.lines.map((line, index) => {
    const id = idOf(line);
    if (id) return id;
    throw refusal(
      'stockroom-product-unknown',
      `Stockroom has no product with SKU "${line.sku}" (${line.title}). Send the product first, or correct the SKU.`,
      {
        field: `lines.${index}.sku`,
        params: { sku: line.sku, reference: input.reference },
      },
    );
  });
}

/** Writes the lines of an order; answers what they reserve. */
export async function insertLines(
  tx: Tx,
  room: Room,
  order: { id: string; facilityId: string },
  input: OrderInput,
  unknownSku: UnknownSku,
  at: Date,
): Promise<StockMove[]> {
  const products = await productsOf(tx, room, input, unknownSku, at);
  const rows = input.lines.map((line, position) => ({
    shopId: room.shopId,
    id: randomUUID(),
    orderId: order.id,
    position,
    externalId: line.externalId,
    productId: products[position] ?? '',
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    unitPrice: BigInt(line.unitPrice),
    discount: BigInt(line.discount),
    total: BigInt(line.total),
    taxes: asJson(line.taxes),
  }));
  await tx.stockroomOrderLine.createMany({ data: rows });
  return rows.map(({ productId, quantity }) => ({
    facilityId: order.facilityId,
    productId,
    mode: 'add',
    value: 0,
    reserved: quantity,
  }));
}

/** The part of an order that is sealed. */
export function personalOf({ shipTo, billing, customer, note, attributes, lines }: OrderInput): PersonalData {
  const noted = lines.flatMap((line, position) => (line.attributes?.length ? [[position, line.attributes] as const] : []));
  return { shipTo, billing, customer, note, attributes, lineAttributes: Object.fromEntries(noted) };
}
