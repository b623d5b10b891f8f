import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import { FACTS } from './facts.ts';
import { refuseColumns } from './refusals.ts';

type Kind = 'integer' | 'text' | 'time' | 'boolean' | 'number';

/** One thing a list can be filtered by. */
interface Filter {
  kind: Kind;
  /** SQL of the compared value. */
  column: string;
  /** For values in another table: `SELECT key FROM other x`; the list's row matches when `t.id` is among them. */
  within?: string;
  /** With `within`: the row matches when it is not among them. */
  not?: boolean;
}
export type Filters = Record<string, Filter>;

/** Filters on columns of the list's own table `t`. */
export function own(kind: Kind, ...names: string[]): Filters {
  return Object.fromEntries(names.map((name) => [name, { kind, column: `t.${name}` }]));
}

export interface Condition {
  sql: string;
  values: SqlValue[];
}

const COMPARED: Record<string, string> = { gte: '>=', gt: '>', lte: '<=', lt: '<' };

/**
 * `value`, `gte:`, `gt:`, `lte:`, `lt:`, `between:a,b`, `to_list:a,b`, `includes:a,b` (all of them), and `name[]=` several times
 * (any of them). Source: pulpo.md §2.1 [CODE; the bracket spelling is a guess there].
 */
export function condition(name: string, filter: Filter, given: readonly string[], bracketed: boolean): Condition {
  if (given.length > 1 && !bracketed)
    throw refuseColumns(FACTS.unknownFilter, { [name]: 'was given more than once; repeated values are written with brackets' });
  if (bracketed)
    return compose(
      filter,
      `IN (${given.map(() => '?').join(',')})`,
      given.map((value) => cast(name, filter.kind, value)),
    );
  const text = given[0] ?? '';
  const [, operator, rest = ''] = /^([a-z_]+):(.*)$/s.exec(text) ?? [];
  const values = () => rest.split(',').map((value) => cast(name, filter.kind, value.trim()));
  switch (operator) {
    case 'gte':
    case 'gt':
    case 'lte':
    case 'lt':
      return compose(filter, `${COMPARED[operator]} ?`, [cast(name, filter.kind, rest)]);
    case 'between': {
      const bounds = values();
      if (bounds.length !== 2) throw refuseColumns(FACTS.unknownFilter, { [name]: 'between: takes two values' });
      return compose(filter, 'BETWEEN ? AND ?', bounds);
    }
    case 'to_list':
      return compose(
        filter,
        `IN (${values()
          .map(() => '?')
          .join(',')})`,
        values(),
      );
    case 'includes': {
      const each = values().map((value) => compose(filter, '= ?', [value]));
      return { sql: each.map(({ sql }) => sql).join(' AND '), values: each.flatMap((one) => one.values) };
    }
    default:
      if (filter.kind === 'time' && /^\d{4}-\d\d-\d\d$/.test(text))
        return compose(filter, 'BETWEEN ? AND ?', [`${text}T00:00:00`, `${text}T23:59:59`]);
      return compose(filter, '= ?', [cast(name, filter.kind, text)]);
  }
}

function compose({ column, within, not }: Filter, comparison: string, values: SqlValue[]): Condition {
  if (!within) return { sql: `${column} ${comparison}`, values };
  return { sql: `t.id ${not ? 'NOT ' : ''}IN (${within} WHERE ${column} ${comparison})`, values };
}

function cast(name: string, kind: Kind, value: string): SqlValue {
  const refused = () =>
    refuseColumns(FACTS.unknownFilter, { [name]: `is invalid: "${value}" is no ${kind}, nor a documented operator with one` });
  switch (kind) {
    case 'text':
      return value;
    case 'integer':
      if (!/^-?\d+$/.test(value)) throw refused();
      return Number(value);
    case 'number':
      if (value === '' || !Number.isFinite(Number(value))) throw refused();
      return Number(value);
    case 'boolean':
      if (value !== 'true' && value !== 'false') throw refused();
      return value === 'true' ? 1 : 0;
    case 'time': {
      const [, date, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d:\d\d)(?:\.\d+)?Z?)?$/.exec(value) ?? [];
      if (!date || Number.isNaN(Date.parse(`${date}T${time}Z`))) throw refused();
      return `${date}T${time}`;
    }
  }
}
