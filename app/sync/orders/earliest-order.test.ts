import { describe, expect, it } from 'vitest';
import { earliestOrder } from './earliest-order.ts';

const said = (day: string | null, enabledAt: string | null, zone: string) =>
  earliestOrder({ earliestOrderDate: day }, enabledAt ? new Date(enabledAt) : null, zone)?.toISOString() ?? null;

describe('the first moment whose orders are taken', () => {
  it.each([
    ['a day begins at midnight in the shop’s zone', '2026-11-01', null, 'America/New_York', '2026-11-01T04:00:00.000Z'],
    ['also east of Greenwich', '2026-11-01', null, 'Asia/Tokyo', '2026-10-31T15:00:00.000Z'],
    ['a moment with its own zone is that moment', '2026-11-01T00:00:00Z', null, 'Asia/Tokyo', '2026-11-01T00:00:00.000Z'],
    ['a day wins over the switch', '2026-10-01', '2026-11-01T00:00:00Z', 'UTC', '2026-10-01T00:00:00.000Z'],
    ['without one it is the second of the switch', null, '2026-11-01T00:00:00.900Z', 'UTC', '2026-11-01T00:00:00.000Z'],
    ['before the first switch there is none', null, null, 'UTC', null],
  ])('%s', (_, day, enabledAt, zone, expected) => {
    expect(said(day, enabledAt, zone)).toBe(expected);
  });
});
