import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Badge } from './ui/index.ts';

type Tone = 'success' | 'info' | 'attention' | 'warning' | 'critical' | 'default';

/** State words of every kind of record, by how much somebody should care. */
const tones: Record<string, Record<string, Tone>> = {
  order: {
    waiting: 'info',
    held: 'attention',
    sent: 'info',
    'partly-shipped': 'info',
    shipped: 'success',
    parked: 'default',
    skipped: 'default',
    cancelled: 'default',
    problem: 'critical',
  },
  part: {
    pending: 'info',
    offered: 'attention',
    sent: 'info',
    'partly-shipped': 'info',
    shipped: 'success',
    parked: 'default',
    cancelled: 'default',
    problem: 'critical',
  },
  product: { linked: 'success', problem: 'critical', excluded: 'default', new: 'info' },
  level: { published: 'success', inactive: 'attention', unknown: 'attention', problem: 'critical' },
  parcel: {
    seen: 'info',
    waiting: 'info',
    withheld: 'attention',
    mirrored: 'success',
    cancelled: 'default',
    undone: 'warning',
    problem: 'critical',
  },
  return: { seen: 'info', withheld: 'attention', recorded: 'success', refunded: 'success', problem: 'critical' },
  run: {
    planned: 'info',
    awaiting_approval: 'attention',
    queued: 'info',
    running: 'info',
    paused: 'attention',
    finished: 'success',
    finished_partially: 'warning',
    failed: 'critical',
    cancelled: 'default',
  },
  plan: { create: 'info', update: 'info', zero: 'warning', cancel: 'warning', hold: 'attention', skip: 'default' },
  connection: { active: 'success', deactivated: 'default', failing: 'critical', untested: 'attention' },
  delivery: { pending: 'info', delivered: 'success', failed: 'critical', dropped: 'default' },
  stockroomOrder: {
    open: 'info',
    picking: 'attention',
    packed: 'attention',
    'partly-shipped': 'info',
    shipped: 'success',
    cancelled: 'default',
    held: 'warning',
  },
};

/** A record's state as a word with a colour; the word alone says it too. */
export function StateBadge({ of, state }: { of: keyof typeof tones & string; state: string }): ReactNode {
  const { t } = useTranslation();
  const tone = tones[of]?.[state] ?? 'default';
  return <Badge {...(tone === 'default' ? {} : { tone })}>{t(`state.${of}.${state}`)}</Badge>;
}
