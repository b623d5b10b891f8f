import type { LocationRow } from './locations.ts';

/** What a location is, for who looks after all of them: mapped and fine, or what is to be done about it. */
export const locationFindings = ['mapped', 'not-imported', 'stale', 'inactive', 'duplicate'] as const;
export type LocationFinding = (typeof locationFindings)[number];

const nameOf = (row: LocationRow) => row.name.trim().toLowerCase();

/**
 * What there is to say of each location, by id. Pure. not-imported: has no facility yet. stale: one side of its mapping is gone. inactive: one
 * side was switched off. duplicate: shares its facility, or its name, with another one. A fulfilment service's own location is not ours.
 */
export function auditLocations(rows: readonly LocationRow[]): Map<string, LocationFinding[]> {
  const ours = rows.filter(({ serviceName }) => !serviceName);
  return new Map(
    ours.map((row) => {
      const { link, state, id } = row;
      const findings: LocationFinding[] = [];
      const others = ours.filter((other) => other.id !== id && other.state === 'active');
      if (!link) findings.push(state === 'active' ? 'not-imported' : 'inactive');
      else if (state === 'removed' || link.facilityState === 'removed') findings.push('stale');
      else if (state === 'inactive' || link.facilityState === 'inactive') findings.push('inactive');
      else findings.push('mapped');
      const sharesFacility = others.some(
        (other) => link && other.link?.connectionId === link.connectionId && other.link.facilityId === link.facilityId,
      );
      const sharesName = state === 'active' && others.some((other) => nameOf(other) === nameOf(row));
      if (sharesFacility || sharesName) findings.push('duplicate');
      return [id, findings];
    }),
  );
}
