import { Prisma } from '@prisma/client';
import { logger } from '../core/logger.ts';
import { beforeCommit, inShop, inSystem, type Tx } from '../db/scope.ts';
import { appItself } from '../people/actor.ts';
import { audit } from '../people/audit.ts';
import { blankOrders } from './blank-orders.ts';
import { personalDataHolders } from './personal-data-holders.ts';
import { forgetJobs } from './shop-jobs.ts';
import { shopTables } from './shop-tables.ts';

const TEN_MINUTES = 10 * 60_000;

/**
 * Deletes every row of every table that belongs to the shop, its sessions, its jobs and the shop itself. Shopify asks for it 48 hours after an
 * uninstall; nothing happens when the shop was reinstalled since. Which tables there are is asked of the database.
 */
export async function redactShop(shopId: number): Promise<void> {
  const deleted = await inSystem(
    'purge',
    async (tx) => {
      const shops = await tx.$queryRaw<{ domain: string; gone: boolean }[]>`
        SELECT domain, uninstalled_at IS NOT NULL AS gone FROM shop WHERE id = ${shopId} FOR UPDATE`;
      const shop = shops[0];
      if (!shop?.gone) return null;
      let rows = 0;
      for (const name of await shopTables(tx))
        rows += await tx.$executeRaw`DELETE FROM ${Prisma.raw(`"${name}"`)} WHERE shop_id = ${shopId}`;
      rows += await tx.$executeRaw`DELETE FROM session WHERE shop_domain = ${shop.domain}`;
      // Their keys name the shop as a word of their own; another shop's domain may end like this one's.
      for (const name of ['budget', 'budget_slot'])
        rows +=
          await tx.$executeRaw`DELETE FROM ${Prisma.raw(name)} WHERE ${shop.domain} = ANY(regexp_split_to_array(key, '[: ]'))`;
      // Places in the queue for a vendor's token are kept by shop and connection.
      rows += await tx.$executeRaw`DELETE FROM budget_slot WHERE key LIKE ${`account token ${shopId} %`}`;
      rows += await forgetAmongPartners(tx, shop.domain);
      rows += await tx.$executeRaw`DELETE FROM shop WHERE id = ${shopId}`;
      beforeCommit(tx, (within) => forgetJobs(within, shopId));
      return rows;
    },
    { timeoutMs: TEN_MINUTES },
  );
  logger.info(
    { shopId, rows: deleted ?? 0 },
    deleted === null ? 'A redaction was not due: the shop is installed or gone' : 'A shop was redacted',
  );
}

/** Those it shared a store with wrote down with whom; answers how many entries now don't say it. */
async function forgetAmongPartners(tx: Tx, domain: string): Promise<number> {
  const entries = await tx.$queryRaw<{ shop_id: number; id: string; before: unknown; after: unknown }[]>`
    SELECT shop_id, id::text, before, after FROM audit_entry WHERE starts_with(action, 'share-') AND position(${domain} IN concat(before, after)) > 0`;
  // A shop is named there as joinPool and the codes have it: by its domain, behind its name where it has one.
  const isNamed = (value: unknown) => value === domain || (typeof value === 'string' && value.endsWith(`(${domain})`));
  const text = (side: unknown) =>
    side === null ? null : JSON.stringify(side, (_, value: unknown) => (isNamed(value) ? '—' : value));
  for (const { shop_id: shopId, id, before, after } of entries)
    await tx.$executeRaw`UPDATE audit_entry SET before = ${text(before)}::jsonb, after = ${text(after)}::jsonb
      WHERE shop_id = ${shopId} AND id = ${id}::uuid`;
  return entries.length;
}

/**
 * Forgets one customer: whatever the given orders left behind that could say who bought, here and with every holder of personal data.
 * What remains is that the orders were handed over, which the merchant needs and which names nobody. A holder that fails keeps none of the others from
 * forgetting; its error is thrown at the end, and the whole can be done again.
 */
export async function redactCustomer(shopId: number, customerId: string, orderIds: string[]): Promise<void> {
  const holders = personalDataHolders();
  let records = await inShop(shopId, (tx) => blankOrders(tx, shopId, orderIds), { timeoutMs: TEN_MINUTES });
  const failures: unknown[] = [];
  for (const { name, redact } of holders)
    await redact(shopId, { customerId: customerId || null, orderIds }).then(
      (count) => (records += count),
      (error: unknown) => {
        logger.error({ error, shopId, holder: name }, 'A holder of personal data could not forget a customer');
        failures.push(error);
      },
    );
  if (failures.length > 0) throw failures[0];
  await inShop(shopId, (tx) =>
    audit(tx, shopId, appItself, {
      action: 'customer-redacted',
      subject: `customer ${customerId}`,
      after: { orders: orderIds.length, records },
    }),
  );
}
