import type { RunState } from './runs.ts';

/** Every state of a run, in the order a filter offers them. */
export const runStates: readonly RunState[] = [
  'awaiting_approval',
  'running',
  'queued',
  'planned',
  'finished',
  'finished_partially',
  'failed',
  'cancelled',
];
