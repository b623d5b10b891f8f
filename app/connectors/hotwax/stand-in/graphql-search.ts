import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import { refuseQuery } from './graphql-refusal.ts';

/** How a key may be compared: by one value or several, by ranges only, or both. */
export type Comparing = 'equal' | 'range' | 'any';
export type SearchKeys = Record<string, { column: string; by: Comparing; time?: boolean }>;

export interface Search {
  sql: string;
  values: SqlValue[];
}

/** One term: `key:value`, `key:a,b`, `key:"two words"`, `key:>=2026-01-01`. */
const TERM = /(\w+):(>=|<=|>|<)?(?:"([^"]*)"|(\S+))/g;

/** The condition that a search text asks for. Source: hotwax.md §3.10; that a comma means "any of" is a guess. */
export function searched(text: string | undefined | null, keys: SearchKeys): Search {
  if (!text?.trim()) return { sql: '1', values: [] };
  const rest = text.replaceAll(TERM, '').trim();
  if (rest !== '') throw refuseQuery('MALFORMED_QUERY', `"${rest}" is no key:value of a search`);
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  for (const [, name = '', sign, quoted, bare = ''] of text.matchAll(TERM)) {
    const key = keys[name];
    if (!key) throw refuseQuery('FIELD_NOT_FILTERABLE', `${name} can't be searched by`);
    if (sign ? key.by === 'equal' : key.by === 'range')
      throw refuseQuery('OPERATOR_NOT_ALLOWED', `${name} can't be compared by ${sign ?? 'a value'}`);
    const given = quoted ?? bare;
    if (sign) {
      conditions.push(`${key.column} ${sign} ?`);
      values.push(key.time ? moment(name, given) : given);
    } else {
      conditions.push(`${key.column} IN (SELECT value FROM json_each(?))`);
      values.push(JSON.stringify(given.split(',')));
    }
  }
  return { sql: conditions.join(' AND '), values };
}

function moment(name: string, text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw refuseQuery('MALFORMED_QUERY', `${name} wants an ISO 8601 date, not ${text}`);
  return at;
}
