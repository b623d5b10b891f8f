import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import type { Entity, Field } from './entity.ts';
import { FACTS } from './facts.ts';
import { refuseMoqui } from './refusals.ts';
import { convert, momentOf } from './values.ts';

export type Params = Map<string, string[]>;

interface Condition {
  sql: string;
  values: SqlValue[];
}

export const PAGING = ['pageIndex', 'pageSize', 'pageNoLimit', 'orderByField', 'dependentLevels'];
const SUFFIXES = ['_op', '_not', '_ic', '_from', '_thru'];

/**
 * WHERE of a Moqui find by input fields: `f`, `f_op` (equals, in, contains, begins, like, empty), `f_not=Y`, `f_ic=Y`, and `f_from`,
 * `f_thru` (both inclusive). Source: hotwax.md §3.1; EntityFindBase.processInputFields of moqui-framework [X]. As in SQL, a negated
 * condition passes over rows where the field is empty.
 */
export function conditionsOf(entity: Entity, params: Params, others: readonly string[] = []): Condition {
  for (const name of params.keys()) {
    if (others.includes(name) || entity.fields.has(name)) continue;
    const suffix = SUFFIXES.find((one) => name.endsWith(one));
    if (!suffix || !entity.fields.has(name.slice(0, -suffix.length)))
      throw refuseMoqui(FACTS.unknownParameter, 400, `${name} is no documented parameter of ${entity.name}`);
  }
  const found: Condition[] = [];
  for (const field of entity.fields.values()) {
    if (params.has(field.name) || params.has(`${field.name}_op`)) {
      const one = compared(field, params);
      if (one) found.push(one);
      continue;
    }
    // only looked at where neither the field nor its operator is given
    for (const [suffix, sign] of [
      ['_from', '>='],
      ['_thru', '<='],
    ] as const) {
      const text = params.get(field.name + suffix)?.[0];
      if (text) found.push({ sql: `"${field.name}" ${sign} ?`, values: [bound(field, text)] });
    }
  }
  return {
    sql: found.length > 0 ? `WHERE ${found.map(({ sql }) => `(${sql})`).join(' AND ')}` : '',
    values: found.flatMap(({ values }) => values),
  };
}

const bound = (field: Field, text: string): SqlValue =>
  field.kind === 'time' ? momentOf(field.name, text) : convert(field, text);

function compared(field: Field, params: Params): Condition | undefined {
  const yes = (suffix: string) => ['Y', 'true'].includes(params.get(field.name + suffix)?.[0] ?? '');
  const operator = params.get(`${field.name}_op`)?.[0] ?? 'equals';
  const given = (params.get(field.name) ?? []).filter((one) => one !== '');
  const not = yes('_not');
  const column = yes('_ic') ? `upper("${field.name}")` : `"${field.name}"`;
  const cast = (text: string): SqlValue => {
    const value = field.kind === 'id' ? text : convert(field, text);
    return yes('_ic') && typeof value === 'string' ? value.toUpperCase() : value;
  };
  const text = (): string => String(cast(given[0] ?? ''));
  // not SQLite's LIKE, which is deaf to capitals whether or not `_ic` asks for that
  const matching = (sql: string, values: SqlValue[]): Condition | undefined =>
    given.length === 0 ? undefined : { sql: `${column} IS NOT NULL AND ${not ? 'NOT ' : ''}(${sql})`, values };
  switch (operator) {
    case 'equals':
      if (given.length > 1) return among(column, not, given.map(cast));
      return given.length === 0 ? undefined : { sql: `${column} ${not ? '<>' : '='} ?`, values: given.map(cast) };
    case 'in': {
      const values = given.length === 1 ? (given[0] ?? '').split(',') : given;
      return values.length === 0 ? undefined : among(column, not, values.map(cast));
    }
    case 'like':
      return matching(`${column} GLOB ?`, [text().replaceAll(/[[*?]/g, '[$&]').replaceAll('%', '*').replaceAll('_', '?')]);
    case 'contains':
      return matching(`instr(${column}, ?) > 0`, [text()]);
    case 'begins':
      return matching(`substr(${column}, 1, length(?)) = ?`, [text(), text()]);
    case 'empty':
      return { sql: `"${field.name}" IS ${not ? 'NOT ' : ''}NULL`, values: [] };
    default:
      throw refuseMoqui(FACTS.unknownParameter, 400, `${field.name}_op=${operator} is no documented operator`);
  }
}

function among(column: string, not: boolean, values: SqlValue[]): Condition {
  return { sql: `${column} ${not ? 'NOT ' : ''}IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}
