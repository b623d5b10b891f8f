import { syncKinds } from '../../connectors/contract/sync-kinds.ts';
import type { RunKind, RunState } from './runs.ts';

/** Everything that runs, in the order a filter offers it. */
export const runKinds: readonly RunKind[] = [...syncKinds, 'statement'];

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
