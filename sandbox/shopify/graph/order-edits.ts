import { gid, idOf, parseGid } from '../core/gid.ts';
import { pageOfList } from '../core/paging.ts';
import { ref, refOrNull } from '../core/refs.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { checkEditable, commitEdit, leastQuantity, type StagedEdit } from '../domain/edit-order.ts';
import { orderTotals } from '../domain/order-money.ts';
import { orderById } from '../domain/payments.ts';
import { dataOf, type LineData, type LineRow, type OrderRow } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';
import { moneyBag } from './values.ts';
import { orderOf } from './payments.ts';

interface EditRow {
  id: number;
  order_id: number;
  quantities: string;
  committed: number;
}

/** orderEditBegin … orderEditCommit: changes are staged, then committed. */
export function orderEditFields(registry: Registry): void {
  const staged = (row: EditRow): StagedEdit => JSON.parse(row.quantities) as StagedEdit;
  const lineNode = (row: EditRow, line: LineRow, order: OrderRow, least: number) => {
    const data = dataOf<LineData>(line);
    const change = staged(row).quantities[line.id];
    return {
      id: gid('CalculatedLineItem', line.id),
      sku: line.sku,
      title: data.title,
      variantTitle: data.variantTitle,
      quantity: change?.quantity ?? line.current,
      editableQuantity: (change?.quantity ?? line.current) - least,
      editableQuantityBeforeChanges: line.current - least,
      restockable: line.item_id !== null,
      restocking: change?.restock ?? false,
      variant: refOrNull('ProductVariant', line.variant_id),
      originalUnitPriceSet: moneyBag(data.unit, order),
      customAttributes: data.attributes,
    };
  };
  registry.type<EditRow>('CalculatedOrder', {
    id: (row) => gid('CalculatedOrder', row.id),
    originalOrder: (row) => ref('Order', row.order_id),
    lineItems: withArgs(PAGING, (row, args, ctx, info) => {
      const order = orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
      const lines = ctx.world.state.all<LineRow>(
        'SELECT * FROM order_lines WHERE order_id = ? AND current > 0 ORDER BY id',
        row.order_id,
      );
      return pageOfList(
        ctx,
        info,
        args,
        lines.map((line) => lineNode(row, line, order, 0)),
      );
    }),
    subtotalLineItemsQuantity: (row, _args, ctx) =>
      ctx.world.state
        .all<LineRow>('SELECT * FROM order_lines WHERE order_id = ?', row.order_id)
        .reduce((sum, line) => sum + (staged(row).quantities[line.id]?.quantity ?? line.current), 0),
    totalOutstandingSet: (row, _args, ctx) => {
      const order = orderOf(ctx.world.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
      return moneyBag(orderTotals(ctx.world.state, order).outstanding, order);
    },
  });

  const editById = (change: Parameters<Parameters<typeof defineMutation>[3]>[0], given: unknown): EditRow => {
    const parsed = parseGid(given);
    const row = change.state.get<EditRow>(
      'SELECT * FROM edits WHERE id = ? AND shop_id = ?',
      parsed?.type === 'CalculatedOrder' || parsed?.type === 'OrderEditSession' ? parsed.id : 0,
      change.shop.id,
    );
    if (!row || row.committed === 1) throw new Refused('The calculated order does not exist.', { field: ['id'] });
    return row;
  };

  defineMutation(registry, 'orderEditBegin', ['id'], (change, args) => {
    const order = orderById(change, idOf('Order', args.id));
    checkEditable(order);
    const { lastId } = change.state.run(
      'INSERT INTO edits (shop_id, order_id, quantities) VALUES (?,?,?)',
      change.shop.id,
      order.id,
      JSON.stringify({ quantities: {}, added: [] }),
    );
    return { calculatedOrder: ref('CalculatedOrder', lastId), orderEditSession: { id: gid('OrderEditSession', lastId) } };
  });

  defineMutation(registry, 'orderEditSetQuantity', ['id', 'lineItemId', 'quantity', 'restock'], (change, args) => {
    const row = editById(change, args.id);
    const lineId = idOf('CalculatedLineItem', args.lineItemId) ?? idOf('LineItem', args.lineItemId);
    const line = change.state.get<LineRow>('SELECT * FROM order_lines WHERE id = ? AND order_id = ?', lineId ?? 0, row.order_id);
    if (!line) throw new Refused('Line item does not exist.', { field: ['lineItemId'] });
    const quantity = Number(args.quantity);
    const least = leastQuantity(change, line);
    if (quantity < least)
      throw new Refused('The quantity can’t be lower than what is already fulfilled.', { field: ['quantity'] });
    const edit = staged(row);
    edit.quantities[line.id] = { quantity, restock: args.restock === true };
    change.state.run('UPDATE edits SET quantities = ? WHERE id = ?', JSON.stringify(edit), row.id);
    const order = orderOf(change.state.get<OrderRow>('SELECT * FROM orders WHERE id = ?', row.order_id));
    return {
      calculatedLineItem: lineNode({ ...row, quantities: JSON.stringify(edit) }, line, order, least),
      calculatedOrder: ref('CalculatedOrder', row.id),
      orderEditSession: { id: gid('OrderEditSession', row.id) },
    };
  });

  defineMutation(registry, 'orderEditAddVariant', ['id', 'variantId', 'quantity'], (change, args) => {
    const row = editById(change, args.id);
    const edit = staged(row);
    const variantId = idOf('ProductVariant', args.variantId);
    if (
      variantId === undefined ||
      !change.state.get('SELECT 1 FROM variants WHERE id = ? AND shop_id = ?', variantId, change.shop.id)
    )
      throw new Refused('Variant does not exist.', { field: ['variantId'] });
    edit.added.push({ variantId, quantity: Number(args.quantity) });
    change.state.run('UPDATE edits SET quantities = ? WHERE id = ?', JSON.stringify(edit), row.id);
    return { calculatedOrder: ref('CalculatedOrder', row.id), orderEditSession: { id: gid('OrderEditSession', row.id) } };
  });

  defineMutation(registry, 'orderEditCommit', ['id', 'notifyCustomer', 'staffNote'], (change, args) => {
    const row = editById(change, args.id);
    const order = orderById(change, row.order_id);
    commitEdit(change, order, staged(row));
    change.state.run('UPDATE edits SET committed = 1 WHERE id = ?', row.id);
    return { order: ref('Order', order.id), successMessages: [] };
  });
}
