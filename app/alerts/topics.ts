import { syncKinds, type SyncKind } from '../connectors/contract/index.ts';

/** What somebody can be told of; its words are `alerts.topic.<topic>`. */
export const topics = [
  'connection',
  'failed-run',
  'braked',
  'gap',
  'silence',
  'delivery',
  ...syncKinds.map((kind) => `problem-${kind}` as const),
] as const;
export type Topic = 'connection' | 'failed-run' | 'braked' | 'gap' | 'silence' | 'delivery' | `problem-${SyncKind}`;

/** critical: orders, stock or parcels stand still or go wrong until somebody acts; warning: single records wait. */
export const severities = ['warning', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Problems of single records by which goods or money go wrong, not only late. */
export const criticalCauses = [
  'outcome-unknown',
  'order-stuck',
  'amend-too-late',
  'cancel-too-late',
  'held-after-hand-over',
  'cancelled-in-back-office',
  'refunded-in-back-office',
  'back-office-stock-empty',
  'totals-differ',
  'other-total-there',
  'address-unknown-there',
  'left-for-other-address',
];

/** From so many records on, whatever their cause. */
export const CRITICAL_COUNT = 100;
