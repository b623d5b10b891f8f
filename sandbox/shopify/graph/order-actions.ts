import { idOf, parseGid } from '../core/gid.ts';
import { onlyKnown } from '../core/not-implemented.ts';
import { byShop, defineLoader, loadRef, ref } from '../core/refs.ts';
import { type Registry } from '../core/registry.ts';
import { Refused } from '../core/user-error.ts';
import { orderById } from '../domain/payments.ts';
import { dataOf, type OrderData } from '../domain/rows.ts';
import { defineMutation } from './mutation.ts';
import { orderCancelFields } from './order-cancel.ts';
import { orderEditFields } from './order-edits.ts';
import { paymentFields } from './payments.ts';

/** Cancel, pay, capture, edit, tags, notes; transactions and tenders. */
export function orderActionFields(registry: Registry): void {
  defineLoader('OrderTransaction', byShop('transactions'));
  defineLoader('CalculatedOrder', byShop('edits'));

  orderCancelFields(registry);
  paymentFields(registry);
  orderEditFields(registry);

  defineMutation(registry, 'orderUpdate', ['input'], (change, args) => {
    const input = args.input as {
      id: string;
      note?: string | null;
      tags?: string[];
      customAttributes?: { key: string; value: string }[];
      poNumber?: string | null;
      email?: string | null;
    };
    onlyKnown(input, ['id', 'note', 'tags', 'customAttributes', 'poNumber', 'email'], 'OrderInput');
    const order = orderById(change, idOf('Order', input.id));
    const data = dataOf<OrderData>(order);
    if (input.note !== undefined) data.note = input.note;
    if (input.customAttributes) data.attributes = input.customAttributes;
    if (input.poNumber !== undefined) data.poNumber = input.poNumber;
    change.state.run(
      'UPDATE orders SET data = ?, tags = ?, email = ? WHERE id = ?',
      JSON.stringify(data),
      input.tags ? JSON.stringify(sorted(input.tags)) : order.tags,
      input.email === undefined ? order.email : input.email,
      order.id,
    );
    change.orderTouched(order.id);
    return { order: ref('Order', order.id) };
  });

  const tags = (name: string, merge: (old: string[], given: string[]) => string[]) =>
    defineMutation(registry, name, ['id', 'tags'], (change, args, ctx) => {
      const target = parseGid(args.id);
      const table = { Order: 'orders', Product: 'products' }[target?.type ?? ''];
      if (!target || !table) throw new Refused('invalid id', { field: ['id'] });
      const row = loadRef(ctx, ref(target.type, target.id)) as { tags: string } | null;
      if (!row) throw new Refused(`${target.type} does not exist`, { field: ['id'] });
      // Shopify reads a comma inside a tag as two tags
      const given = (args.tags as string[])
        .flatMap((tag) => tag.split(','))
        .map((tag) => tag.trim())
        .filter(Boolean);
      const merged = merge(JSON.parse(row.tags) as string[], given);
      if (merged.length > 250) throw new Refused('Tags cannot be more than 250', { field: ['tags'] });
      if (given.some((tag) => tag.length > 255))
        throw new Refused('A tag is too long (maximum is 255 characters)', { field: ['tags'] });
      change.state.run(`UPDATE ${table} SET tags = ? WHERE id = ?`, JSON.stringify(sorted(merged)), target.id);
      if (target.type === 'Order') change.orderTouched(target.id);
      else change.productTouched(target.id);
      return { node: ref(target.type, target.id) };
    });
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
  tags('tagsAdd', (old, given) => [...old, ...given.filter((tag) => !old.some((other) => same(other, tag)))]);
  tags('tagsRemove', (old, given) => old.filter((tag) => !given.some((other) => same(other, tag))));

  for (const [name, close] of [
    ['orderClose', true],
    ['orderOpen', false],
  ] as const) {
    defineMutation(registry, name, ['input'], (change, args) => {
      const order = orderById(change, idOf('Order', (args.input as { id: string }).id));
      change.state.run('UPDATE orders SET closed_at = ? WHERE id = ?', close ? change.at : null, order.id);
      change.orderTouched(order.id);
      return { order: ref('Order', order.id) };
    });
  }
}

const sorted = (tags: string[]): string[] => [...new Set(tags)].sort((a, b) => a.localeCompare(b));
