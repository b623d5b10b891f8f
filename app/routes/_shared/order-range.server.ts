import { DateTime } from 'luxon';
import { orderRangeSchema, type OrderRange } from '../../sync/orders/order-range.ts';
import { Refused } from './failure.server.ts';

const day = /^\d{4}-\d\d-\d\d$/;

/**
 * A range as a form holds it: days in the shop's zone, the last one whole, or order numbers. Throws Refused with the field that
 * is wrong.
 */
export function rangeOf(form: { from: string; to: string; numbers: string[] }, zone: string): OrderRange {
  const wrong = (field: string, code: string) => Refused.fields({ [field]: { code, params: {} } });
  const names = form.numbers.map((name) => name.trim()).filter(Boolean);
  if (names.length > 0) {
    const range = orderRangeSchema.safeParse({ names });
    if (!range.success) throw wrong('numbers', 'wrong-format');
    return range.data;
  }
  const from = DateTime.fromISO(form.from, { zone });
  const to = form.to === '' ? null : DateTime.fromISO(form.to, { zone }).endOf('day');
  if (!day.test(form.from) || !from.isValid) throw wrong('from', form.from === '' ? 'required' : 'wrong-format');
  if (to && (!day.test(form.to) || !to.isValid)) throw wrong('to', 'wrong-format');
  if (to && to < from) throw wrong('to', 'before-from');
  return { from: from.toUTC().toISO() ?? '', to: to?.toUTC().toISO() ?? null };
}
