import type { SqlValue } from '../../../../sandbox/kit/state.ts';
import type { Field } from './entity.ts';
import { FACTS } from './facts.ts';
import { refuseMoqui } from './refusals.ts';

const ID_WIDTH = 20;
const SQL_TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/;

/** A value as its column keeps it, or 400. An empty text is no value: hotwax.md §3.4 retires a mapping so. */
export function convert(field: Field, value: unknown): SqlValue {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
    throw refuseMoqui(FACTS.badValue, 400, `Value for field ${field.name} must be one value, not a list or a map`);
  switch (field.kind) {
    case 'time':
      return momentOf(field.name, value);
    case 'number': {
      const number = typeof value === 'boolean' ? Number.NaN : Number(value);
      if (!Number.isFinite(number))
        throw refuseMoqui(FACTS.badValue, 400, `The value [${String(value)}] of field [${field.name}] is not a valid number`);
      return number;
    }
    case 'id':
      if (String(value).length > ID_WIDTH)
        throw refuseMoqui(
          FACTS.tooLong,
          400,
          `Data truncation: Data too long for column '${field.name}': ${String(value).length} characters, ${ID_WIDTH} fit`,
        );
      return String(value);
    case 'text':
      return String(value);
  }
}

/** A moment given as epoch ms, ISO 8601 or `YYYY-MM-DD HH:MM:SS.mmm` (UTC), as Moqui reads timestamps. */
export function momentOf(name: string, value: unknown): number {
  const text = String(value).trim();
  if (/^-?\d+$/.test(text)) return Number(text);
  const [, date, time = '00:00:00', zone = 'Z'] = SQL_TIME.exec(text) ?? [];
  const moment = date ? Date.parse(`${date}T${time}${zone}`) : Number.NaN;
  if (Number.isNaN(moment))
    throw refuseMoqui(FACTS.badValue, 400, `The value [${text}] of field [${name}] is not a valid date/time`);
  return moment;
}

/** A record without its empty fields, as Moqui answers. Source: hotwax.md §3.1. */
export function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined));
}
