import { MASK, type AuditRow } from './audit.ts';

type State = Record<string, unknown>;

/**
 * What something was before the last of these entries, the newest first, given what it is now. Pure. Null: it wasn't there. A value that was
 * masked is a secret: it stays as it is.
 */
export function stateBefore(current: State | null, entries: readonly Pick<AuditRow, 'before' | 'after'>[]): State | null {
  let state = current && { ...current };
  for (const { before, after } of entries) {
    if (before === null) {
      state = null;
      continue;
    }
    // Removed: the entry holds all of it.
    if (after === null || state === null) {
      state = { ...before };
      continue;
    }
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[name] === MASK || after[name] === MASK) continue;
      if (name in before) state[name] = before[name];
      else delete state[name];
    }
  }
  return state;
}
