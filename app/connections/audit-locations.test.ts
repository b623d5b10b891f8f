import { describe, expect, it } from 'vitest';
import { auditLocations } from './audit-locations.ts';
import type { LocationRow } from './locations.ts';

type Link = NonNullable<LocationRow['link']>;
const location = (name: string, state: LocationRow['state'], link: Partial<Link> | null, serviceName: string | null = null) =>
  ({
    id: name,
    name: name.split(' ')[0],
    state,
    serviceName,
    link: link && { connectionId: 'c', facilityId: name, facilityState: 'active', ...link },
  }) as LocationRow;
const found = (...rows: LocationRow[]) => Object.fromEntries(auditLocations(rows));

describe('the audit of locations', () => {
  it('says which are mapped, still to be imported, stale or inactive', () => {
    expect(
      found(
        location('Fine', 'active', {}),
        location('New', 'active', null),
        location('Gone', 'removed', {}),
        location('Lost', 'active', { facilityState: 'removed' }),
        location('Off', 'inactive', {}),
        location('Idle', 'active', { facilityState: 'inactive' }),
        location('Closed', 'inactive', null),
      ),
    ).toEqual({
      Fine: ['mapped'],
      New: ['not-imported'],
      Gone: ['stale'],
      Lost: ['stale'],
      Off: ['inactive'],
      Idle: ['inactive'],
      Closed: ['inactive'],
    });
  });

  it('names those that share a facility, or a name, and leaves out what belongs to a fulfilment service', () => {
    expect(
      found(
        location('North', 'active', { facilityId: 'F' }),
        location('South', 'active', { facilityId: 'F' }),
        location('Shop 1', 'active', {}),
        location('shop 2', 'active', null),
        location('Elsewhere', 'active', { connectionId: 'd', facilityId: 'F' }),
        location('Service', 'active', null, 'Their 3PL'),
      ),
    ).toEqual({
      North: ['mapped', 'duplicate'],
      South: ['mapped', 'duplicate'],
      'Shop 1': ['mapped', 'duplicate'],
      'shop 2': ['not-imported', 'duplicate'],
      Elsewhere: ['mapped'],
    });
  });
});
