import { z } from 'zod';
import { RejectedError } from '../core/errors.ts';
import type { Tx } from '../db/scope.ts';
import type { Actor } from '../people/actor.ts';
import { audit } from '../people/audit.ts';

/** What a carrier of the back office is in Shopify. */
export interface CarrierRule {
  /** As the back office writes it, or its SCAC; case doesn't count. */
  carrier: string;
  /** Shopify's name of the company; empty: as the back office writes it. */
  company: string;
  /** Where a parcel is followed, with `{number}`; empty: as the back office has it, or Shopify's own. */
  url: string;
}

const ruleSchema = z.object({
  carrier: z.string().trim().min(1).max(100),
  company: z.string().trim().max(100),
  url: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(500)]),
});

export async function listCarrierRules(tx: Tx, shopId: number, connectionId: string): Promise<CarrierRule[]> {
  const rows = await tx.carrierRule.findMany({ where: { shopId, connectionId }, orderBy: { carrier: 'asc' } });
  return rows.map(({ carrier, company, url }) => ({ carrier, company, url }));
}

/** Carriers that the connection's parcels named, the most frequent first, so that nobody has to type them. */
export async function carriersSeen(tx: Tx, shopId: number, connectionId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ carrier: string }[]>`
    SELECT min(t->>'carrier') AS carrier FROM (
      SELECT tracking FROM shipment WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid ORDER BY seen_at DESC LIMIT 2000
    ) recent CROSS JOIN LATERAL jsonb_array_elements(recent.tracking) AS t
    WHERE coalesce(t->>'carrier', '') <> '' GROUP BY lower(btrim(t->>'carrier')) ORDER BY count(*) DESC LIMIT 20`;
  return rows.map(({ carrier }) => carrier);
}

/**
 * Replaces the connection's rules. Parcels that are in Shopify keep what they show until they change or are sent again. Throws RejectedError:
 * 'carrier-rule-invalid' (with the carrier), 'carrier-url-without-number', 'carrier-twice'.
 */
export async function saveCarrierRules(
  tx: Tx,
  shopId: number,
  actor: Actor,
  connectionId: string,
  given: readonly CarrierRule[],
): Promise<void> {
  const rules = given.map((one): CarrierRule => {
    const parsed = ruleSchema.safeParse(one);
    const { carrier } = one;
    if (!parsed.success)
      throw new RejectedError('carrier-rule-invalid', 'A carrier, its company or its address is not valid', {
        params: { carrier },
      });
    if (parsed.data.url !== '' && !parsed.data.url.includes('{number}') && !parsed.data.url.includes('%7Bnumber%7D'))
      throw new RejectedError('carrier-url-without-number', 'The address has no place for the number', { params: { carrier } });
    return { ...parsed.data, carrier: parsed.data.carrier.toLowerCase() };
  });
  const twice = rules.find(({ carrier }, index) => rules.findIndex((one) => one.carrier === carrier) !== index);
  if (twice) throw new RejectedError('carrier-twice', 'A carrier stands twice', { params: { carrier: twice.carrier } });
  const text = (list: readonly CarrierRule[]) =>
    Object.fromEntries(list.map(({ carrier, company, url }) => [carrier, [company, url].filter(Boolean).join(' · ')]));
  const before = await listCarrierRules(tx, shopId, connectionId);
  await tx.carrierRule.deleteMany({ where: { shopId, connectionId } });
  await tx.carrierRule.createMany({ data: rules.map((rule) => ({ shopId, connectionId, ...rule })) });
  await audit(tx, shopId, actor, {
    action: 'carriers-changed',
    subject: 'sync shipments',
    connectionId,
    before: { carriers: text(before) },
    after: { carriers: text([...rules].sort((a, b) => a.carrier.localeCompare(b.carrier))) },
  });
}
