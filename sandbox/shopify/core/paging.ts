import { GraphQLError, type GraphQLResolveInfo } from 'graphql';
import type { Row, SqlValue } from '../../kit/state.ts';
import type { Args } from './registry.ts';
import type { RequestContext } from './world.ts';

/** Pages end here, however often one asks for the next (facts: shopify.md §5 "Pagination reaches 25,000 objects"). */
export const PAGINATION_WALL = 25_000;
export const MAX_PAGE = 250;

export interface Connection<N> {
  nodes: N[];
  edges: { cursor: string; node: N }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

interface Cursor {
  last_id: number;
  last_value: SqlValue;
  /** How many objects lie before and at this one, by the way of paging. */
  n: number;
}

export interface PageQuery<N> {
  /** e.g. `SELECT o.* FROM orders o` */
  select: string;
  /** Conditions, joined by AND, and their parameters. */
  where: readonly { sql: string; params: readonly SqlValue[] }[];
  /** Column (or expression) to sort by before the id, if any; nulls sort first. */
  sort?: string;
  /** Column of the id, unique within the query. */
  id: string;
  toNode: (row: Row) => N;
  maxPage?: number;
}

/**
 * Pages through rows by (sort value, id). Needs `first` or `last`, refuses more than `maxPage` and anything beyond the 25,000th
 * object. In a bulk operation nested connections are read whole and the root one in the operation's own pages.
 */
export function page<N>(ctx: RequestContext, info: GraphQLResolveInfo, args: Args, query: PageQuery<N>): Connection<N> {
  const bulkKey = String(info.path.key);
  const bulkRoot = ctx.bulk !== undefined && info.path.prev === undefined;
  const limits = ctx.bulk
    ? { size: bulkRoot ? ctx.bulk.size : undefined, backwards: false }
    : pageLimits(args, info, query.maxPage ?? MAX_PAGE);
  const descending = Boolean(args.reverse) !== limits.backwards;
  const at = cursorOf(
    bulkRoot ? ctx.bulk?.after.get(bulkKey) : ctx.bulk ? undefined : limits.backwards ? args.before : args.after,
    info,
  );
  const seen = at?.n ?? 0;
  if (!ctx.bulk && limits.size !== undefined && seen + limits.size > PAGINATION_WALL) throw wall();

  const conditions = query.where.map(({ sql }) => `(${sql})`);
  const params = query.where.flatMap(({ params: own }) => [...own]);
  const sort = query.sort ?? query.id;
  if (at) {
    const beyond = descending ? '<' : '>';
    conditions.push(
      query.sort ? `(${sort} ${beyond} ? OR (${sort} IS ? AND ${query.id} ${beyond} ?))` : `${query.id} ${beyond} ?`,
    );
    params.push(...(query.sort ? [at.last_value, at.last_value, at.last_id] : [at.last_id]));
  }
  const direction = descending ? 'DESC' : 'ASC';
  const sql = [
    query.select.replace(/^SELECT /, `SELECT ${sort} AS page_sort, ${query.id} AS page_id, `),
    conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '',
    `ORDER BY ${query.sort ? `${sort} ${direction}, ` : ''}${query.id} ${direction}`,
    limits.size === undefined ? '' : 'LIMIT ?',
  ].join(' ');
  const rows = ctx.world.state.all(sql, ...params, ...(limits.size === undefined ? [] : [limits.size + 1]));
  const more = limits.size !== undefined && rows.length > limits.size;
  if (more) rows.pop();
  const cursors = rows.map((row, index) =>
    encode({ last_id: Number(row.page_id), last_value: row.page_sort ?? null, n: seen + index + 1 }),
  );
  if (bulkRoot && ctx.bulk) ctx.bulk.next.set(bulkKey, more ? cursors.at(-1) : undefined);
  const nodes = rows.map(query.toNode);
  if (limits.backwards) {
    nodes.reverse();
    cursors.reverse();
  }
  return connection(
    nodes,
    cursors,
    limits.backwards ? { next: at !== undefined, previous: more } : { next: more, previous: at !== undefined },
  );
}

/** A connection over a list that is small and in memory. */
export function pageOfList<N>(
  ctx: RequestContext,
  info: GraphQLResolveInfo,
  args: Args,
  items: readonly N[],
  maxPage: number = MAX_PAGE,
): Connection<N> {
  const bulkRoot = ctx.bulk !== undefined && info.path.prev === undefined;
  const ordered = args.reverse ? [...items].reverse() : [...items];
  const cursors = ordered.map((_, index) => encode({ last_id: index, last_value: null, n: index + 1 }));
  if (ctx.bulk) {
    if (bulkRoot) ctx.bulk.next.set(String(info.path.key), undefined);
    return connection(ordered, cursors, { next: false, previous: false });
  }
  const { size = maxPage, backwards } = pageLimits(args, info, maxPage);
  const start = args.after ? (cursorOf(args.after, info)?.last_id ?? -1) + 1 : 0;
  const end = args.before ? (cursorOf(args.before, info)?.last_id ?? ordered.length) : ordered.length;
  const from = backwards ? Math.max(start, end - size) : start;
  const to = backwards ? end : Math.min(end, start + size);
  return connection(ordered.slice(from, to), cursors.slice(from, to), { next: to < ordered.length, previous: from > 0 });
}

function connection<N>(nodes: N[], cursors: string[], more: { next: boolean; previous: boolean }): Connection<N> {
  return {
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursors[index] ?? '', node })),
    pageInfo: {
      hasNextPage: more.next,
      hasPreviousPage: more.previous,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
  };
}

function pageLimits(args: Args, info: GraphQLResolveInfo, most: number): { size: number | undefined; backwards: boolean } {
  const { first, last } = args as { first?: number | null; last?: number | null };
  const given = first ?? last;
  if (given === undefined || given === null) throw bad('you must provide one of first or last', info);
  if (given < 0) throw bad(`${first === undefined ? 'last' : 'first'} must be at least 0`, info);
  if (given > most) throw bad(`${info.fieldName}: ${given} is more than the ${most} that one page may hold`, info);
  return { size: given, backwards: (first ?? undefined) === undefined };
}

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64');

function cursorOf(value: unknown, info: GraphQLResolveInfo): Cursor | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    const cursor = JSON.parse(Buffer.from(String(value), 'base64').toString('utf8')) as Cursor;
    if (typeof cursor.last_id === 'number') return cursor;
  } catch {
    // told below
  }
  throw bad(`Invalid cursor for current pagination sort.`, info);
}

const bad = (message: string, info: GraphQLResolveInfo) =>
  new GraphQLError(message, { nodes: info.fieldNodes, extensions: { code: 'BAD_REQUEST' } });

const wall = () =>
  new GraphQLError(
    `Pagination is limited to ${PAGINATION_WALL} objects. Narrow the query with a filter, or use a bulk operation.`,
    {
      extensions: { code: 'BAD_REQUEST', sandboxFact: 'shopify.md §5 "Pagination reaches 25,000 objects"' },
    },
  );
