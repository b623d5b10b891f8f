import { describe, expect, it } from 'vitest';
import type { RemoteOrder } from '../../connectors/contract/index.ts';
import { judgePart, type KnownThere } from './judge-part.ts';

const now = new Date('2026-11-20T12:00:00Z');
const part: KnownThere = { reference: '#1', cancelled: false, acceptedAt: new Date('2026-11-20T08:00:00Z'), shippedUnits: 0 };
const remote = (state: RemoteOrder['state']) => ({ state }) as RemoteOrder;
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
});
