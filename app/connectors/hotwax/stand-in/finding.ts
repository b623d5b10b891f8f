import type { Context } from 'hono';
import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import { conditionsOf, PAGING, type Params } from './conditions.ts';
import type { Entity } from './entity.ts';
import { FACTS } from './facts.ts';
import { limitsOf } from './limits.ts';
import { refuseMoqui } from './refusals.ts';
import { entityNamed } from './schema.ts';
import { withoutNulls } from './values.ts';
import type { Fields, World } from './world.ts';

/** When a page is asked for without its size. Source: EntityFindBase.searchFormMap of moqui-framework [X]. */
const PAGE_WITHOUT_SIZE = 20;

export function paramsOf(c: Context, fixed: Record<string, string> = {}): Params {
  const params: Params = new Map();
  for (const [name, value] of new URL(c.req.url).searchParams) {
    const known = params.get(name);
    if (known) known.push(value);
    else params.set(name, [value]);
  }
  for (const [name, value] of Object.entries(fixed)) params.set(name, [value]);
  return params;
}

export interface Page {
  rows: Fields[];
  total: number;
  index: number;
  size: number;
}

/** One page of an entity's rows: 100 unless asked for another number, without a word about the rest. Source: hotwax.md §3.1. */
export function find(world: World, name: string, params: Params, others: readonly string[] = PAGING): Page {
  const entity = entityNamed(name);
  const { sql, values } = conditionsOf(entity, params, others);
  const { index, size } = paging(world, params);
  const total = world.state.get<{ n: number }>(`SELECT count(*) AS n FROM ${name} ${sql}`, ...values)?.n ?? 0;
  const rows = world.state.all<Fields>(
    `SELECT * FROM ${name} ${sql} ORDER BY ${order(entity, params.get('orderByField')?.[0])} LIMIT ? OFFSET ?`,
    ...values,
    size,
    index * size,
  );
  return { rows: rows.map(withoutNulls), total, index, size };
}

/** Page number and size as Moqui takes them; an unlimited one is as large as can be. */
export function paging(world: World, params: Params): { index: number; size: number } {
  const { defaultRows, pageSize: cap } = limitsOf(world);
  const text = (name: string) => params.get(name)?.[0];
  const index = wholeNumber('pageIndex', text('pageIndex'), 0);
  const wanted = wholeNumber('pageSize', text('pageSize'), text('pageIndex') ? PAGE_WITHOUT_SIZE : defaultRows);
  const size = text('pageNoLimit') === 'true' ? Number.MAX_SAFE_INTEGER : wanted;
  return { index: text('pageNoLimit') === 'true' ? 0 : index, size: cap > 0 ? Math.min(size, cap) : size };
}

/** Paging headers of a list. Source: hotwax.md §3.1. */
function pagingHeaders({ total, index, size }: Page): Record<string, string> {
  return {
    'X-Total-Count': String(total),
    'X-Page-Index': String(index),
    'X-Page-Size': String(size),
    'X-Page-Max-Index': String(Math.max(0, Math.floor((total - 1) / size))),
    'X-Page-Range-Low': String(index * size + 1),
    'X-Page-Range-High': String(Math.min(total, index * size + size)),
  };
}

/** Answers an entity list: a bare array with paging headers; an empty one may be 200 with no bytes at all. */
export function list(world: World, c: Context, name: string, fixed: Record<string, string> = {}): Response {
  const params = paramsOf(c, fixed);
  const page = find(world, name, params);
  const levels = wholeNumber('dependentLevels', params.get('dependentLevels')?.[0], 0);
  const rows = levels > 0 ? page.rows.map((row) => nest(world, entityNamed(name), row)) : page.rows;
  const headers = pagingHeaders(page);
  if (rows.length === 0 && limitsOf(world).emptyBodies > 0) return c.body(null, 200, headers);
  return c.json(rows, 200, headers);
}

/** Answers one record by its key, or 200 with no bytes where there is none: Moqui's `operation="one"` has no 404 [X RestApi.groovy]. */
export function one(world: World, c: Context, name: string, key: Record<string, SqlValue>): Response {
  const row = rowBy(world, name, key);
  return row ? c.json(withoutNulls(row)) : c.body(null, 200);
}

export function rowBy(world: World, name: string, key: Record<string, SqlValue>): Fields | undefined {
  return rowsBy(world, name, key)[0];
}

/** All rows with these values, in the order of their keys. */
export function rowsBy<Row = Fields>(world: World, name: string, values: Record<string, SqlValue>): Row[] {
  const where = Object.keys(values).map((field) => `"${field}" = ?`);
  return world.state.all<Row>(
    `SELECT * FROM ${name} WHERE ${where.join(' AND ')} ORDER BY ${entityNamed(name).keys.join(', ')}`,
    ...Object.values(values),
  );
}

/** A row with everything that hangs on it, as the master reads it; each row carries `_entity`. Source: hotwax.md §3.6. */
export function nest(world: World, entity: Entity, row: Fields): Fields {
  const nested: Fields = { _entity: entity.fullName, ...withoutNulls(row) };
  for (const [alias, relation] of Object.entries({ ...entity.many, ...entity.one })) {
    const related = entityNamed(relation.entity);
    const rows = rowsBy(
      world,
      relation.entity,
      Object.fromEntries(relation.keys.map((key) => [key, (row[key] ?? null) as SqlValue])),
    );
    if (rows.length === 0) continue;
    const full = rows.map((one) => nest(world, related, one));
    nested[alias] = entity.many[alias] ? full : full[0];
  }
  return nested;
}

function order(entity: Entity, given: string | undefined): string {
  const keys = entity.keys.map((key) => `"${key}"`);
  if (!given) return keys.join(', ');
  const parts = given.split(',').map((part) => {
    const [, sign = '', name = '', direction = ''] = /^([-+]?)(\w+)(?: (asc|desc))?$/i.exec(part.trim()) ?? [];
    if (!entity.fields.has(name))
      throw refuseMoqui(FACTS.unknownParameter, 400, `orderByField ${part} is no field of ${entity.name}`);
    return `"${name}" ${sign === '-' || direction.toLowerCase() === 'desc' ? 'DESC' : 'ASC'}`;
  });
  return [...parts, ...keys].join(', ');
}

function wholeNumber(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined || given === '') return otherwise;
  if (!/^\d+$/.test(given)) throw refuseMoqui(FACTS.badValue, 400, `The value [${given}] of ${name} is not a whole number`);
  return Number(given);
}
