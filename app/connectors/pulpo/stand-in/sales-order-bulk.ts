import type { Api } from './api.ts';
import { mustBeAssigned } from './api.ts';
import { readList } from './body.ts';
import { FACTS } from './facts.ts';
import { Refusal, refuseColumns, type ColumnErrors } from './refusals.ts';
import { orderByNumber, type SalesOrderRow } from './sales-order-record.ts';
import { cancel, mustBeOpen, pause, resume } from './sales-order-states.ts';
import { checkOrder, parseOrder, putOrder } from './sales-order-write.ts';
import type { World } from './world.ts';

/** `/sales/bulk/orders…`: each record on its own; refusals are keyed by `order_num`. */
export function salesOrderBulk(api: Api, world: World): void {
  api.post('/sales/bulk/orders', async (c) =>
    c.json(
      bulk('created', await readList(c), (entry) => {
        const body = parseOrder(entry);
        checkOrder(world, c, body);
        return putOrder(world, body, { creatorId: c.get('user').id });
      }),
      201,
    ),
  );
  api.put('/sales/bulk/orders', async (c) =>
    c.json(
      bulk('updated', await readList(c), (entry) => {
        const { id, ...fields } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
        const order = referred(world, id ?? fields['order_num']);
        const body = parseOrder(fields);
        mustBeAssigned(world, c, order.warehouse_id);
        mustBeOpen(order);
        checkOrder(world, c, body, order.id);
        return putOrder(world, body, { id: order.id, creatorId: c.get('user').id });
      }),
      201,
    ),
  );
  // cancel declares 200, the other two 201
  for (const [name, act, status] of [
    ['cancel', cancel, 200],
    ['pause', pause, 201],
    ['resume', resume, 201],
  ] as const)
    api.post(`/sales/bulk/orders/${name}`, async (c) =>
      c.json(
        bulk('updated', await readList(c), (entry) => {
          const order = referred(
            world,
            typeof entry === 'object' && entry !== null
              ? ((entry as { id?: unknown }).id ?? (entry as { order_num?: unknown }).order_num)
              : entry,
          );
          mustBeAssigned(world, c, order.warehouse_id);
          return act(world, order);
        }),
        status,
      ),
    );
}

/** The order meant by an id (number) or an order_num (text). Source: pulpo.md §2.5 "takes ids, order_nums or structs". */
function referred(world: World, reference: unknown): SalesOrderRow {
  const row =
    typeof reference === 'number'
      ? world.state.get<SalesOrderRow>('SELECT * FROM sales_orders WHERE id = ?', reference)
      : orderByNumber(world, String(reference));
  if (!row) throw refuseColumns(FACTS.bulkOrders, { [typeof reference === 'number' ? 'id' : 'order_num']: 'does not exist' });
  return row;
}

/** What an error is keyed by: the order's number, else whatever the entry said. */
function keyOf(entry: unknown): string {
  if (typeof entry !== 'object' || entry === null) return String(entry);
  const { order_num, id } = entry as { order_num?: unknown; id?: unknown };
  return String(order_num ?? id ?? '');
}

function bulk(
  key: 'created' | 'updated',
  entries: readonly unknown[],
  act: (entry: unknown) => SalesOrderRow,
): Record<string, unknown> {
  const done: { id: number; order_num: string }[] = [];
  const errors: Record<string, ColumnErrors> = {};
  for (const entry of entries) {
    try {
      const { id, order_num } = act(entry);
      done.push({ id, order_num });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      errors[keyOf(entry)] = error.columns;
    }
  }
  if (Object.keys(errors).length > 0) throw new Refusal(FACTS.bulkOrders, 400, { [key]: done, errors });
  return { [key]: done };
}
