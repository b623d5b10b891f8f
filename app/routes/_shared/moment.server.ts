import { DateTime } from 'luxon';
import { nowMs } from '../../core/clock.ts';
import { Refused } from './failure.server.ts';

/** A day and time as a person enters it in the shop's zone (`2026-11-20T08:00`), in the past. Refused at `field` otherwise. */
export function momentInZone(typed: string, timeZone: string, field: string): Date {
  const moment = DateTime.fromISO(typed, { zone: timeZone });
  if (!moment.isValid) throw Refused.fields({ [field]: { code: typed === '' ? 'required' : 'wrong-format', params: {} } });
  if (moment.toMillis() > nowMs()) throw Refused.fields({ [field]: { code: 'not-in-the-future', params: {} } });
  return moment.toJSDate();
}
