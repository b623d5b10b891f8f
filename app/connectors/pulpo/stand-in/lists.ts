import type { Context } from 'hono';
import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import { FACTS } from './facts.ts';
import { condition, type Condition, type Filters } from './filters.ts';
import { refuseColumns } from './refusals.ts';
import type { World } from './world.ts';

/** How many rows come when nobody asks for more. Source: pulpo.md §2.1 "default limit 10". */
const DEFAULT_LIMIT = 10;
/** The silent cap that `capped_limit=0` lifts. That there is one is [CODE]; its size is a guess. */
const CAP = 100;
const PAGING = ['limit', 'offset', 'sort_by', 'view_attributes', '__search', 'capped_limit'];

export interface ListSpec<Row> {
  /** Key of the rows in the answer. */
  envelope: string;
  /** FROM clause; the listed table is called `t`. */
  from: string;
  filters: Filters;
  /** A condition that the path itself sets. */
  fixed?: Condition;
  present: (row: Row) => Record<string, unknown>;
}

type Params = Map<string, { values: string[]; bracketed: boolean }>;

/** Answers a list by the query string: `{"<plural>":[…], "total_results": n}`. */
export function list<Row>(world: World, c: Context, spec: ListSpec<Row>): Response {
  const params: Params = new Map();
  for (const [key, value] of new URL(c.req.url).searchParams) {
    const bracketed = key.endsWith('[]');
    const name = bracketed ? key.slice(0, -2) : key;
    const known = params.get(name);
    if (known) known.values.push(value);
    else params.set(name, { values: [value], bracketed });
  }
  return c.json(answer(world, spec, params));
}

/** As `list`, by a search body. Its arrays mean any of the values. */
export function search<Row>(world: World, c: Context, body: unknown, spec: ListSpec<Row>): Response {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuseColumns(FACTS.columnErrors, { body: 'must be an object' }, 400);
  const params: Params = new Map();
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue;
    params.set(
      name,
      Array.isArray(value) ? { values: value.map(String), bracketed: true } : { values: [String(value)], bracketed: false },
    );
  }
  return c.json(answer(world, spec, params));
}

function answer<Row>(world: World, spec: ListSpec<Row>, params: Params): Record<string, unknown> {
  const conditions: Condition[] = spec.fixed ? [spec.fixed] : [];
  for (const [name, { values, bracketed }] of params) {
    if (PAGING.includes(name)) continue;
    const filter = spec.filters[name];
    if (!filter) throw refuseColumns(FACTS.unknownFilter, { [name]: `is not a documented filter of ${spec.envelope}` });
    conditions.push(condition(name, filter, values, bracketed));
  }
  const text = (name: string) => params.get(name)?.values.join(',');
  if (params.has('__search')) conditions.push(searched(spec.filters, text('__search') ?? ''));
  const where = conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => `(${sql})`).join(' AND ')}` : '';
  const values: SqlValue[] = conditions.flatMap((one) => one.values);
  const limit = wholeNumber('limit', text('limit'), DEFAULT_LIMIT);
  const capped = text('capped_limit') === '0' ? limit : Math.min(limit, CAP);
  const total = world.state.get<{ n: number }>(`SELECT count(*) AS n FROM ${spec.from} ${where}`, ...values)?.n ?? 0;
  const rows = world.state.all<Row>(
    `SELECT t.* FROM ${spec.from} ${where} ORDER BY ${order(spec.filters, text('sort_by'))} LIMIT ? OFFSET ?`,
    ...values,
    capped,
    wholeNumber('offset', text('offset'), 0),
  );
  const view = text('view_attributes')?.split(',').filter(Boolean) ?? [];
  return { [spec.envelope]: rows.map((row) => only(spec.present(row), view)), total_results: total };
}

function order(filters: Filters, given: string | undefined): string {
  if (given === undefined) return 't.id';
  const parts = given.split(',').map((part) => {
    const [name = '', direction = 'asc'] = part.split(':');
    const filter = filters[name];
    if (!filter || filter.within || !['asc', 'desc'].includes(direction))
      throw refuseColumns(FACTS.unknownFilter, { sort_by: `"${part}" can't be sorted by: <field>:asc or <field>:desc` });
    return `${filter.column} ${direction}`;
  });
  return [...parts, 't.id'].join(', ');
}

function searched(filters: Filters, given: string): Condition {
  const [, name = '', wanted = ''] = /^(\w+)\|contains:(.*)$/s.exec(given) ?? [];
  const filter = filters[name];
  if (!filter || filter.within || filter.kind !== 'text')
    throw refuseColumns(FACTS.unknownFilter, { __search: `"${given}" is not <text field>|contains:<words>` });
  return { sql: `instr(lower(${filter.column}), lower(?)) > 0`, values: [wanted] };
}

function wholeNumber(name: string, given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (!/^\d+$/.test(given)) throw refuseColumns(FACTS.unknownFilter, { [name]: 'is invalid' });
  return Number(given);
}

function only(record: Record<string, unknown>, view: readonly string[]): Record<string, unknown> {
  if (view.length === 0) return record;
  return Object.fromEntries(
    view.map((name) => {
      if (!(name in record)) throw refuseColumns(FACTS.unknownFilter, { view_attributes: `"${name}" is not an attribute` });
      return [name, record[name]];
    }),
  );
}

/** The id in a path, or 404. */
export function idParam(c: Context, name = 'id'): number {
  const text = c.req.param(name) ?? '';
  if (!/^\d+$/.test(text)) throw refuseColumns(FACTS.notFound, { [name]: `"${text}" is not an id` }, 404);
  return Number(text);
}
