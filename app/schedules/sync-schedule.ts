import { z } from 'zod';
import { now } from '../core/clock.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { fieldErrorsOf, type FieldErrors } from '../connections/field-errors.ts';
import type { Capabilities, SyncKind } from '../connectors/contract/index.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { automaticInterval } from './automatic-interval.ts';
import { DAY_MINUTES, nextDue } from './next-due.ts';
import { isQuietAt } from './quiet-hours.ts';
import { timeOfDay } from './time-of-day.ts';

/** automatic: Crossdock chooses the interval; interval: the merchant does; off: nothing runs by the clock. */
export const scheduleModes = ['automatic', 'interval', 'off'] as const;

/** When a sync runs by itself. */
export interface SyncSchedule {
  mode: (typeof scheduleModes)[number];
  /** Minutes between runs, whoever chose them. */
  intervalMinutes: number;
  /** Time of the shop's day of a sync that runs once a day; null keeps the time at which it first ran. */
  dailyAt: string | null;
  /** Times of the shop's day between which nothing starts by the clock; both or neither. */
  quietFrom: string | null;
  quietTo: string | null;
}

/** The schedule that a sync's row tells of. */
export function scheduleOf(row: {
  schedule: string;
  intervalMinutes: number;
  dailyAt: string | null;
  quietFrom: string | null;
  quietTo: string | null;
}): SyncSchedule {
  const { schedule, intervalMinutes, dailyAt, quietFrom, quietTo } = row;
  return { mode: schedule as SyncSchedule['mode'], intervalMinutes, dailyAt, quietFrom, quietTo };
}

const time = z.union([timeOfDay, z.literal('').transform(() => null)]).nullable();

/** What somebody entered; `minimum` is the connector's. */
function schemaOf(minimum: number) {
  return z.object({
    mode: z.enum(scheduleModes),
    intervalMinutes: z.int().min(minimum).max(DAY_MINUTES),
    dailyAt: time,
    quietFrom: time,
    quietTo: time,
  });
}

function contradictions({ mode, intervalMinutes, dailyAt, quietFrom, quietTo }: SyncSchedule): FieldErrors {
  if (!quietFrom && !quietTo) return {};
  if (!quietFrom) return { quietFrom: { code: 'required', params: {} } };
  if (!quietTo) return { quietTo: { code: 'required', params: {} } };
  if (quietFrom === quietTo) return { quietTo: { code: 'same-times', params: {} } };
  const daily = mode === 'interval' && intervalMinutes === DAY_MINUTES && dailyAt !== null;
  if (daily && isQuietAt(dailyAt, { from: quietFrom, to: quietTo })) return { dailyAt: { code: 'in-quiet-hours', params: {} } };
  return {};
}

/** What somebody entered, or a file says, for a sync of a connection that can do this; with what is wrong with it. */
export function checkSchedule(
  kind: SyncKind,
  capabilities: Pick<Capabilities, 'minimumIntervalMinutes'>,
  given: Record<string, unknown>,
): { ok: true; schedule: SyncSchedule } | { ok: false; errors: FieldErrors } {
  const entered = given['mode'] === 'interval' ? given : { ...given, intervalMinutes: automaticInterval(kind, capabilities) };
  const result = schemaOf(capabilities.minimumIntervalMinutes).safeParse(entered);
  if (!result.success) return { ok: false, errors: fieldErrorsOf(result.error, entered) };
  const errors = contradictions(result.data);
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, schedule: result.data };
}

/**
 * Changes when a sync runs by itself. An automatic schedule takes the interval that suits the sync; of one that is off the interval is kept
 * for later. The next run is due one interval after the last. Nothing is stored when a field is wrong.
 */
export async function saveSchedule(
  tx: Tx,
  shopId: number,
  actor: Actor,
  { connectionId, kind }: { connectionId: string; kind: SyncKind },
  given: Record<string, unknown>,
): Promise<{ ok: true } | { ok: false; errors: FieldErrors }> {
  const where = { shopId_connectionId_kind: { shopId, connectionId, kind } };
  const connection = await tx.connection.findUniqueOrThrow({
    where: { shopId_id: { shopId, id: connectionId } },
    select: { connector: true, settings: true },
  });
  const row = await tx.sync.findUniqueOrThrow({ where });
  const capabilities = capabilitiesOf(connection);
  const before = scheduleOf(row);
  const checked = checkSchedule(kind, capabilities, given);
  if (!checked.ok) return checked;
  const { mode, ...rest } = checked.schedule;
  const after = mode === 'off' ? { ...rest, intervalMinutes: before.intervalMinutes } : rest;
  const { timeZone } = await tx.shop.findUniqueOrThrow({ where: { id: shopId }, select: { timeZone: true } });
  const due = (): Date | null => {
    if (!row.enabled || mode === 'off') return null;
    const last = row.lastRunAt;
    if (!last) return after.dailyAt ? nextDue({ ...after, timeZone }, now(), now()) : now();
    const regular = new Date(last.getTime() + after.intervalMinutes * 60_000);
    return after.dailyAt && after.intervalMinutes === DAY_MINUTES ? nextDue({ ...after, timeZone }, last, now()) : regular;
  };
  await tx.sync.update({ where, data: { ...after, schedule: mode, nextDue: due() } });
  await audit(tx, shopId, actor, {
    action: 'schedule-changed',
    subject: `sync ${kind}`,
    connectionId,
    before: { ...before },
    after: { mode, ...after },
  });
  return { ok: true };
}
