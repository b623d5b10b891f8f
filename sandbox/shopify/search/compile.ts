import type { SqlValue } from '../../kit/state.ts';
import { NotImplemented } from '../core/not-implemented.ts';
import { parseGid } from '../core/gid.ts';
import { parseSearch, type Operator, type SearchNode } from './parse.ts';

export interface Sql {
  sql: string;
  params: SqlValue[];
}

/** How one search term of a resource becomes SQL. */
export type Term = (operator: Operator, value: string, now: number) => Sql;
export interface Searchable {
  /** For messages: `orders`. */
  name: string;
  terms: Record<string, Term>;
  /** Free text without a field; absent = not implemented. */
  text?: Term;
}

/** A search as a condition; undefined when it is empty. A term that the resource doesn't know throws, it is never ignored. */
export function compileSearch(resource: Searchable, query: unknown, now: number): Sql | undefined {
  if (typeof query !== 'string' || query.trim() === '') return undefined;
  const tree = parseSearch(query);
  return tree && compileNode(resource, tree, now);
}

function compileNode(resource: Searchable, node: SearchNode, now: number): Sql {
  if (node.kind === 'not') {
    const inner = compileNode(resource, node.item, now);
    return { sql: `NOT coalesce((${inner.sql}), 0)`, params: inner.params };
  }
  if (node.kind !== 'term')
    return join(
      node.kind === 'and' ? 'AND' : 'OR',
      node.items.map((item) => compileNode(resource, item, now)),
    );
  const term = node.field === undefined ? resource.text : resource.terms[node.field];
  if (!term)
    throw new NotImplemented(
      node.field === undefined
        ? `free text ("${node.values.join(',')}") in searches of ${resource.name}`
        : `the search term ${node.field} of ${resource.name}`,
    );
  return join(
    'OR',
    node.values.map((value) => term(node.operator, value, now)),
  );
}

function join(word: 'AND' | 'OR', parts: Sql[]): Sql {
  return { sql: parts.map((part) => `(${part.sql})`).join(` ${word} `), params: parts.flatMap((part) => part.params) };
}

/** Text that must be equal, whatever its case; `*` at the end means "starts with", alone it means "is set". */
export const text =
  (column: string): Term =>
  (operator, value) => {
    only(operator, ':', column);
    if (value === '*') return { sql: `${column} IS NOT NULL AND ${column} <> ''`, params: [] };
    if (value.endsWith('*'))
      return { sql: `${column} LIKE ? ESCAPE '\\'`, params: [`${value.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`] };
    return { sql: `${column} = ? COLLATE NOCASE`, params: [value] };
  };

/** One of fixed words; anything else is a mistake that must show. */
export const oneOf =
  (words: Record<string, Sql>, name: string): Term =>
  (operator, value) => {
    only(operator, ':', name);
    const found = words[value.toLowerCase()];
    if (!found) throw new NotImplemented(`the value "${value}" of the search term ${name}`);
    return found;
  };

export const number =
  (column: string): Term =>
  (operator, value) => {
    const parsed = Number(value);
    if (!Number.isFinite(parsed)) throw new NotImplemented(`the value "${value}" where a number is searched`);
    return { sql: `${column} ${operator === ':' ? '=' : operator} ?`, params: [parsed] };
  };

/** An id, as a number or as a global id. */
export const id =
  (column: string): Term =>
  (operator, value) => {
    const parsed = parseGid(value)?.id ?? Number(value);
    if (!Number.isFinite(parsed)) throw new NotImplemented(`the value "${value}" where an id is searched`);
    return { sql: `${column} ${operator === ':' ? '=' : operator} ?`, params: [parsed] };
  };

/** A moment (ISO 8601 or a date). Equality means the same second, or the same day for a date. */
export const moment =
  (column: string): Term =>
  (operator, value) => {
    const ms = parseMoment(value);
    if (operator !== ':') return { sql: `${column} ${operator} ?`, params: [ms] };
    const span = /^\d{4}-\d\d-\d\d$/.test(value) ? 86_400_000 : 1_000;
    return { sql: `${column} >= ? AND ${column} < ?`, params: [ms, ms + span] };
  };

/** `updated_at` as the search index knows it: for a moment after a change it still sees the row as it was, or not at all. */
export const laggingMoment =
  (alias: string): Term =>
  (operator, value, now) => {
    const current = moment(`${alias}.updated_at`)(operator, value, now);
    const before = moment(`${alias}.indexed_updated_at`)(operator, value, now);
    return {
      sql: `(${alias}.index_due <= ? AND ${current.sql}) OR (${alias}.index_due > ? AND ${before.sql})`,
      params: [now, ...current.params, now, ...before.params],
    };
  };

export function parseMoment(value: string): number {
  const ms = Date.parse(/^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value);
  if (Number.isNaN(ms)) throw new NotImplemented(`the moment "${value}" in a search`);
  return ms;
}

function only(operator: Operator, allowed: Operator, name: string): void {
  if (operator !== allowed) throw new NotImplemented(`the comparison ${operator} of ${name} in a search`);
}
