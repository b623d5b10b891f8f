import { gid } from '../core/gid.ts';
import { minus, plus, share, ZERO, type Bag } from '../core/money.ts';
import { refOrNull } from '../core/refs.ts';
import { withArgs } from '../core/registry.ts';
import type { RequestContext } from '../core/world.ts';
import { lineNet } from '../domain/order-money.ts';
import { unfulfilledOf } from '../domain/order-status.ts';
import { dataOf, type LineData, type LineRow, type OrderData, type OrderRow } from '../domain/rows.ts';
import { allocation } from './order-parts.ts';
import { moneyBag, taxLine } from './values.ts';

const orderOf = (ctx: RequestContext, row: LineRow): OrderRow =>
  ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id) as OrderRow;

export function lineItemFields() {
  const bag =
    (read: (row: LineRow, data: LineData, order: OrderRow) => Bag) => (row: LineRow, _args: unknown, ctx: RequestContext) => {
      const order = orderOf(ctx, row);
      return moneyBag(read(row, dataOf<LineData>(row), order), order);
    };
  const ownDiscounts = (data: LineData, order: OrderRow): Bag => {
    const { discounts } = dataOf<OrderData>(order);
    return plus(
      ZERO,
      ...data.discounts.filter((entry) => discounts[entry.index]?.selection === 'EXPLICIT').map((entry) => entry.amount),
    );
  };
  const data = (read: (data: LineData, row: LineRow) => unknown) => (row: LineRow) => read(dataOf<LineData>(row), row);
  return {
    id: (row: LineRow) => gid('LineItem', row.id),
    name: data((d) => (d.variantTitle ? `${d.title} - ${d.variantTitle}` : d.title)),
    title: data((d) => d.title),
    variantTitle: data((d) => d.variantTitle),
    sku: (row: LineRow) => row.sku,
    vendor: data((d) => d.vendor),
    quantity: (row: LineRow) => row.quantity,
    currentQuantity: (row: LineRow) => row.current,
    unfulfilledQuantity: (row: LineRow, _args: unknown, ctx: RequestContext) => unfulfilledQuantity(ctx, row),
    refundableQuantity: (row: LineRow) => row.current,
    nonFulfillableQuantity: (row: LineRow) => (dataOf<LineData>(row).tip ? row.quantity : row.quantity - row.current),
    requiresShipping: (row: LineRow) => row.requires_shipping === 1,
    taxable: data((d) => d.taxable),
    isGiftCard: data((d) => d.giftCard),
    restockable: (row: LineRow) => row.item_id !== null,
    merchantEditable: data((d) => !d.tip),
    product: (row: LineRow) => refOrNull('Product', row.product_id),
    variant: (row: LineRow) => refOrNull('ProductVariant', row.variant_id),
    weight: data((d) => d.weight),
    customAttributes: data((d) => d.attributes),
    lineItemGroup: data(
      (d) =>
        d.group && {
          id: gid('LineItemGroup', d.group.id),
          title: d.group.title,
          quantity: d.group.quantity,
          variantId: d.group.variantId === null ? null : gid('ProductVariant', d.group.variantId),
          variantSku: null,
        },
    ),
    originalUnitPriceSet: bag((_row, d) => d.unit),
    originalTotalSet: bag((row, d) => [d.unit[0] * row.quantity, d.unit[1] * row.quantity]),
    discountedUnitPriceSet: bag((row, d, order) => minus(d.unit, share(ownDiscounts(d, order), 1, row.quantity))),
    discountedTotalSet: {
      args: ['withCodeDiscounts'],
      resolve: bag((row, d, order) => minus([d.unit[0] * row.quantity, d.unit[1] * row.quantity], ownDiscounts(d, order))),
    },
    discountedUnitPriceAfterAllDiscountsSet: bag((row, d) => share(lineNet(row, d), 1, row.quantity)),
    totalDiscountSet: bag((_row, d, order) => ownDiscounts(d, order)),
    discountAllocations: (row: LineRow, _args: unknown, ctx: RequestContext) => {
      const order = orderOf(ctx, row);
      return dataOf<LineData>(row).discounts.map((entry) => allocation(order, dataOf<OrderData>(order), entry));
    },
    taxLines: withArgs<LineRow>(['first'], (row, args, ctx) => {
      const order = orderOf(ctx, row);
      return dataOf<LineData>(row)
        .taxes.slice(0, (args.first as number | undefined) ?? 250)
        .map((tax) => taxLine(tax, order));
    }),
    duties: () => [],
  };
}

/** Before routing the whole line waits; afterwards what its fulfilment orders still hold. */
function unfulfilledQuantity(ctx: RequestContext, row: LineRow): number {
  if (dataOf<LineData>(row).tip) return 0;
  return orderOf(ctx, row).routed === 1 ? unfulfilledOf(ctx.world.state, row.id) : row.current;
}
