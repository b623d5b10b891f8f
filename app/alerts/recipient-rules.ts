import type { AlertRecipient } from '@prisma/client';
import type { AlertView, Entry } from './alert.ts';

/** What of a recipient decides about what they are told. */
export type RecipientRules = Pick<
  AlertRecipient,
  'id' | 'topics' | 'severity' | 'connectionId' | 'tellClosed' | 'active' | 'createdAt'
>;

/** Whether an alert is one that this recipient wants to hear of. Pure. */
export function concerns(
  recipient: RecipientRules,
  alert: Pick<AlertView, 'topic' | 'severity' | 'connectionId' | 'params'>,
): boolean {
  if (!recipient.active || !recipient.topics.includes(alert.topic)) return false;
  if (recipient.severity === 'critical' && alert.severity !== 'critical') return false;
  // What concerns no single connection concerns everybody.
  if (recipient.connectionId && alert.connectionId && recipient.connectionId !== alert.connectionId) return false;
  // That nothing reaches them can't be told to themselves.
  return !(alert.topic === 'delivery' && alert.params['recipient'] === recipient.id);
}

/** Of what happened, what this recipient is told. An end is told only to those who could have been told of the beginning. */
export function entriesFor(recipient: RecipientRules, entries: readonly Entry[]): Entry[] {
  return entries.filter(({ event, alert }) => {
    if (!concerns(recipient, alert)) return false;
    if (event === 'worse') return true;
    return event !== 'closed' || (recipient.tellClosed && Date.parse(alert.openedAt) >= recipient.createdAt.getTime());
  });
}
