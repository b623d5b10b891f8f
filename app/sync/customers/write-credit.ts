import { requireScope } from '../../core/access-scopes.ts';
import { nowMs } from '../../core/clock.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { formatDecimal } from '../../core/money.ts';
import { readGrantedScopes } from '../../connections/granted-scopes.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import type { CustomerCredit } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import type { ShopifyAdmin } from '../../shopify/client.ts';
import { CustomerCreditDocument, MetafieldsSetDocument } from '../../shopify/operations/generated/graphql.ts';
import { refuseUserErrors } from '../../shopify/user-errors.ts';
import { closeProblems, openProblem } from '../problems/problems.ts';
import { logInRun } from '../runs/run-log.ts';
import { performWrite } from '../writes/perform-write.ts';

const CAUSE = 'credit-not-written';
const unused = { namespace: 'crossdock', key: 'none' };

type Wanted = Pick<SyncSettings<'orders'>, 'creditAvailableMetafield' | 'creditUsedMetafield'>;

function metafield(name: string): { namespace: string; key: string } | null {
  const [namespace = '', key = ''] = name.split('.');
  return key === '' ? null : { namespace, key };
}

interface Writing {
  live: LiveConnection;
  admin: ShopifyAdmin;
  runId: string;
  wanted: Wanted;
}

/** Writes one customer's credit where it differs from what Shopify has. A customer whom Shopify doesn't know is logged by the back office's id. */
async function writeOne({ live, admin, runId, wanted }: Writing, credit: CustomerCredit): Promise<void> {
  const shopId = live.shop.id;
  const { currency } = live.shop;
  const available = metafield(wanted.creditAvailableMetafield);
  const used = metafield(wanted.creditUsedMetafield);
  const [first, second] = [available ?? unused, used ?? unused];
  const variables = {
    ...{ availableNamespace: first.namespace, availableKey: first.key },
    ...{ usedNamespace: second.namespace, usedKey: second.key },
  };
  const found =
    credit.email === null
      ? null
      : await admin.run(CustomerCreditDocument, { email: credit.email, ...variables }, { priority: 'product' });
  const customer = found?.customerByIdentifier;
  const line = { key: `customer ${credit.remoteId}`, label: credit.remoteId, action: 'update' } as const;
  if (!customer) {
    const reason = { code: credit.email === null ? 'customer-without-email' : 'customer-not-in-shopify', params: {} };
    await inShop(shopId, (tx) => logInRun(tx, shopId, runId, { ...line, outcome: 'skipped', reason }));
    return;
  }
  const due = [
    { at: available, amount: credit.available, now: customer.available?.value },
    { at: used, amount: credit.used, now: customer.used?.value },
  ].flatMap(({ at, amount, now }) => {
    if (!at || amount === null) return [];
    const value = formatDecimal({ amount, currency });
    return Number(now ?? Number.NaN) === Number(value) ? [] : [{ ownerId: customer.id, ...at, type: 'number_decimal', value }];
  });
  if (due.length === 0) return;
  await performWrite(
    live,
    {
      ...{ runId, target: 'shopify', kind: 'customer-credit', class: 'reversible' },
      subject: { kind: 'connection', id: live.id },
      // Each attempt is one of its own: credit goes up and down to the same amounts again.
      key: `customer-credit ${live.id} ${credit.remoteId} ${nowMs()}`,
      before: { available: customer.available?.value ?? null, used: customer.used?.value ?? null },
      after: { available: credit.available, used: credit.used },
    },
    {
      send: async () => {
        refuseUserErrors((await admin.run(MetafieldsSetDocument, { metafields: due }, { priority: 'product' })).metafieldsSet);
        return {};
      },
      // Setting a value twice changes nothing, so an unanswered one is simply sent again.
      ask: () => Promise.resolve(null),
    },
  );
  await inShop(shopId, (tx) => logInRun(tx, shopId, runId, { ...line, outcome: 'done', reason: null }));
}

/**
 * Tells Shopify what customers may still buy on account, as far as it changed since `since` and a metafield is named for it. Answers where to go on;
 * what failed keeps the place, so that it is told again, and is a problem of the connection meanwhile: orders don't wait for it.
 */
export async function writeCredit(writing: Writing, since: string | null): Promise<string | null> {
  const { live, wanted } = writing;
  const shopId = live.shop.id;
  if (!live.connector.customers || (wanted.creditAvailableMetafield === '' && wanted.creditUsedMetafield === '')) return since;
  const subject = { kind: 'connection' as const, id: live.id, label: live.name };
  let cursor = since;
  try {
    requireScope(await inShop(shopId, (tx) => readGrantedScopes(tx, shopId)), 'write_customers');
    for await (const page of live.connector.customers.credit({ since })) {
      for (const one of page.customers) await writeOne(writing, one);
      cursor = page.cursor;
    }
    const closed = { subject, connectionId: live.id, causes: [CAUSE], evidence: 'credit-written' };
    await inShop(shopId, (tx) => closeProblems(tx, shopId, closed));
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    const params = { backOffice: live.name, message: error.kind === 'bug' ? '' : error.message };
    await inShop(shopId, (tx) =>
      openProblem(tx, shopId, { connectionId: live.id, sync: 'orders', cause: CAUSE, subject, params }),
    );
  }
  return cursor;
}
