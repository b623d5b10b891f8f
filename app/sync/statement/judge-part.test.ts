import { describe, expect, it } from 'vitest';
import type { RemoteOrder } from '../../connectors/contract/index.ts';
import { judgePart, type KnownThere } from './judge-part.ts';

const now = new Date('2026-11-20T12:00:00Z');
const part: KnownThere = {
  ...{ reference: '#1', cancelled: false, acceptedAt: new Date('2026-11-20T08:00:00Z'), shippedUnits: 0 },
  wanted: [
    { lineId: 'L1', sku: 'A', units: 2 },
    { lineId: 'L2', sku: 'B', units: 1 },
  ],
};
const remote = (state: RemoteOrder['state'], lines: RemoteOrder['lines'] = []) => ({ state, lines }) as RemoteOrder;
const judge = (
  known: Partial<KnownThere>,
  there: RemoteOrder | null,
  findOrder: 'exact' | 'delayed' | 'none' = 'exact',
): string | null => judgePart({ ...part, ...known }, there, { findOrder }, { now, backOffice: 'Office' })?.code ?? null;

describe('what the back office says of a part', () => {
  it.each([
    ['is there', {}, remote('open'), null],
    ['is there and shipped', {}, remote('shipped'), null],
    ['is not there', {}, null, 'missing-there'],
    ['is not there though parcels left', { shippedUnits: 1 }, null, 'missing-there-shipped'],
    ['was cancelled there', {}, remote('cancelled'), 'cancelled-in-back-office'],
    ['was cancelled by us, there too', { cancelled: true }, remote('cancelled'), null],
    ['was cancelled by us and is gone', { cancelled: true }, null, null],
    ['was cancelled by us and lives on there', { cancelled: true }, remote('picking'), 'not-cancelled-there'],
  ])('one that %s', (_what, known, there, code) => {
    expect(judge(known, there)).toBe(code);
  });

  it('proves nothing where its search lags: a fresh order is given time, an older one is left to somebody', () => {
    expect(judge({ acceptedAt: new Date('2026-11-20T11:30:00Z') }, null, 'delayed')).toBeNull();
    expect(judge({}, null, 'delayed')).toBe('missing-there-unsure');
  });

  const line = (lineId: string | null, sku: string, quantity: number) => ({ lineId, sku, quantity });
  const units = (lines: RemoteOrder['lines'], known: Partial<KnownThere> = {}, state: RemoteOrder['state'] = 'open') => {
    const found = judgePart({ ...part, ...known }, remote(state, lines), { findOrder: 'exact' }, { now, backOffice: 'Office' });
    return found && [found.code, found.params?.['sku'], found.params?.['units'], found.params?.['there']];
  };
  const differ = (sku: string, wanted: number, there: number) => ['units-differ-there', sku, wanted, there];

  it.each([
    ['as it should be', [line('L1', 'A', 2), line('L2', 'B', 1)], null],
    ['a line at two places', [line('L1', 'A', 1), line('L1', 'A', 1), line('L2', 'B', 1)], null],
    ['known by other SKUs', [line('L1', 'x', 2), line('L2', 'y', 1)], null],
    ['a unit too many', [line('L1', 'A', 3), line('L2', 'B', 1)], differ('A', 2, 3)],
    ['a unit too few', [line('L1', 'A', 1), line('L2', 'B', 1)], differ('A', 2, 1)],
    ['a line missing', [line('L1', 'A', 2)], differ('B', 1, 0)],
    ['a line that was taken off', [line('L1', 'A', 2), line('L2', 'B', 1), line('L3', 'C', 1)], differ('C', 0, 1)],
    ['no line ids', [line(null, 'B', 1), line(null, 'A', 2)], null],
    ['no line ids and a unit too many', [line(null, 'B', 2), line(null, 'A', 2)], differ('B', 1, 2)],
    ['neither line ids nor our SKUs', [line(null, 'x', 1), line(null, 'y', 2)], null],
    ['neither line ids nor our SKUs, a unit too many', [line(null, 'x', 2), line(null, 'y', 2)], differ('A, B', 3, 4)],
    ['nothing told', [], null],
  ])('units there: %s', (_what, lines, expected) => {
    expect(units(lines)).toEqual(expected);
  });

  it('compares units only as long as nothing has left, and where it is known what should leave', () => {
    const other = [line('L1', 'A', 9)];
    expect(units(other, {}, 'packed')).toEqual(differ('A', 2, 9));
    for (const state of ['offered', 'partly-shipped', 'shipped'] as const) expect(units(other, {}, state)).toBeNull();
    expect(units(other, { shippedUnits: 1 })).toBeNull();
    expect(units(other, { wanted: null })).toBeNull();
  });

  it('gives a back office whose search lags time to show what it took last', () => {
    const other = remote('open', [line('L1', 'A', 9)]);
    expect(judge({}, other, 'delayed')).toBe('units-differ-there');
    expect(judge({ acceptedAt: new Date('2026-11-20T11:30:00Z') }, other, 'delayed')).toBeNull();
    expect(judge({ acceptedAt: null }, other, 'delayed')).toBeNull();
  });
});
