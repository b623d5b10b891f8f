import { randomUUID } from 'node:crypto';
import { now } from '../../core/clock.ts';
import { inSystem } from '../../db/scope.ts';
import { isAblated } from '../../env.server.ts';
import { enqueueMany } from '../../jobs/enqueue.ts';
import { priorityOf, type Knock } from './inbox.ts';

/** A knock with the domain of the shop it is for. */
export interface AddressedKnock extends Knock {
  domain: string;
}

interface Added {
  shop_id: number;
  subject_kind: Knock['subjectKind'];
  subject_id: string;
}

/**
 * Stores knocks of any shops and nudges a worker about each subject, in one transaction: many share one wait for the disk. What `takeIn` says holds
 * for each of them; knocks of shops that we know nothing of are dropped, as there is nothing to do and nothing to keep.
 */
export async function takeInMany(knocks: readonly AddressedKnock[]): Promise<void> {
  const repeated = isAblated('dedupe');
  const rows = knocks.map(({ domain, key, door, topic, subjectKind, subjectId, triggeredAt }) => ({
    ...{ domain, key: repeated ? `${key} ${randomUUID()}` : key, door, topic },
    ...{ subject_kind: subjectKind, subject_id: subjectId, triggered_at: triggeredAt?.toISOString() ?? null },
  }));
  await inSystem('take-in-webhooks', async (tx) => {
    // In one order everywhere, so that two groups with the same repeats never wait for each other.
    const added = await tx.$queryRaw<Added[]>`
      INSERT INTO inbox_item (shop_id, key, door, topic, subject_kind, subject_id, triggered_at, received_at)
      SELECT s.id, k.key, k.door, k.topic, k.subject_kind, k.subject_id, k.triggered_at, ${now()}
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS k (domain text, key text, door text, topic text, subject_kind text, subject_id text, triggered_at timestamptz)
      JOIN shop s ON s.domain = k.domain
      ORDER BY s.id, k.key
      ON CONFLICT (shop_id, key) DO NOTHING
      RETURNING shop_id, subject_kind, subject_id`;
    const subjects = new Map(added.map((one) => [`${one.shop_id} ${one.subject_kind} ${one.subject_id}`, one]));
    const drains = [...subjects.values()].map(({ shop_id: shopId, subject_kind: kind, subject_id: id }) => ({
      payload: { shopId, kind, id },
      options: { priority: priorityOf(kind), group: String(shopId) },
    }));
    await enqueueMany(tx, 'drain', drains);
  });
}
