/** What a run is about to do, counted before it does it. */
export interface PlannedChanges {
  /** Levels that show stock now. */
  stocked: number;
  /** Of these, the ones that would show none. */
  zeroes: number;
  /** Levels that would be written, the zeroes among them. */
  writes: number;
}

export interface BrakeLimits {
  /** Share of the stocked levels that may be set to zero, 1 to 100. */
  brakePercent: number;
  /** Number of levels that may change. */
  brakeUnits: number;
}

/** So few levels never wait for their share: in a shop of six products three sell out on an ordinary day. */
const FEW = 5;

/** Whether a run must wait for a yes: an empty or half answer of the back office looks just like goods that sold out. */
export function brakeHolds({ stocked, zeroes, writes }: PlannedChanges, { brakePercent, brakeUnits }: BrakeLimits): boolean {
  return writes > brakeUnits || (zeroes > FEW && zeroes * 100 > stocked * brakePercent);
}

/** A yes covers what was shown and the little that moves meanwhile, not a plan that grew. */
export function coveredByApproval(now: PlannedChanges, approved: Pick<PlannedChanges, 'zeroes' | 'writes'>): boolean {
  return now.zeroes <= approved.zeroes * 1.1 + FEW && now.writes <= approved.writes * 1.1 + FEW;
}
