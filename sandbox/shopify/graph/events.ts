import { gid } from '../core/gid.ts';
import { dateTime } from '../core/moment.ts';
import { NotImplemented } from '../core/not-implemented.ts';
import { page } from '../core/paging.ts';
import { PAGING, withArgs, type Registry } from '../core/registry.ts';
import { compileSearch, id, moment, oneOf, text, type Searchable } from '../search/compile.ts';

const SEARCH: Searchable = {
  name: 'events',
  terms: {
    id: id('e.id'),
    created_at: moment('e.created_at'),
    action: text('e.action'),
    verb: text('e.action'),
    subject_type: oneOf(
      {
        product: { sql: "e.subject_type = 'PRODUCT'", params: [] },
        product_variant: { sql: "e.subject_type = 'PRODUCT_VARIANT'", params: [] },
        order: { sql: "e.subject_type = 'ORDER'", params: [] },
      },
      'subject_type',
    ),
  },
};
const SUBJECT: Record<string, string> = { PRODUCT: 'Product', PRODUCT_VARIANT: 'ProductVariant', ORDER: 'Order' };

/** Events: what the sandbox keeps are creations and deletions. */
export function eventFields(registry: Registry): void {
  registry.type<unknown>('QueryRoot', {
    events: withArgs([...PAGING, 'query', 'sortKey'], (_source, args, ctx, info) => {
      const sortKey = String(args.sortKey);
      if (sortKey !== 'ID' && sortKey !== 'CREATED_AT') throw new NotImplemented(`the sort key ${sortKey} of events`);
      const search = compileSearch(SEARCH, args.query, ctx.world.clock.now());
      return page(ctx, info, args, {
        select: 'SELECT e.* FROM events e',
        where: [{ sql: 'e.shop_id = ?', params: [ctx.shop.id] }, ...(search ? [search] : [])],
        id: 'e.id',
        sort: sortKey === 'CREATED_AT' ? 'e.created_at' : undefined,
        toNode: (row) => ({
          __typename: 'BasicEvent',
          id: gid('BasicEvent', Number(row.id)),
          action: row.action,
          message: row.message,
          createdAt: dateTime(Number(row.created_at)),
          subjectId: gid(SUBJECT[String(row.subject_type)] ?? 'Product', Number(row.subject_id)),
          subjectType: row.subject_type,
          appTitle: null,
          attributeToApp: false,
          attributeToUser: true,
          criticalAlert: false,
        }),
      });
    }),
  });
}
