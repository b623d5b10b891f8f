import { now } from '../../core/clock.ts';
import type { Tx } from '../../db/scope.ts';
import type { Subject } from '../../connectors/contract/index.ts';

/** Adds a line to a record's page. `kind` is a catalogue key (`timeline.<kind>`), `params` its blanks: no personal data. */
export async function noteEvent(
  tx: Tx,
  shopId: number,
  subject: Pick<Subject, 'kind' | 'id'>,
  kind: string,
  params: Record<string, string | number> = {},
  partId?: string,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO timeline_event (shop_id, subject_kind, subject_id, at, kind, params, part_id)
    VALUES (${shopId}, ${subject.kind}, ${subject.id}, ${now()}, ${kind}, ${JSON.stringify(params)}::jsonb, ${partId ?? null}::uuid)`;
}
