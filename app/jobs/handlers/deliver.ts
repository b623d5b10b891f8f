import { deliverMessage } from '../../alerts/deliver-message.ts';
import type { JobPayload } from '../definitions.ts';
import { alertTexts } from './alert-texts.ts';

/** Sends one message of the outbox, if nobody else is doing it. */
export function deliver({ shopId, deliveryId }: JobPayload<'deliver'>): Promise<void> {
  return deliverMessage(shopId, deliveryId, alertTexts);
}
