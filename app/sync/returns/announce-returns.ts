import { asCrossdockError, NeedsMerchantError, TransientError } from '../../core/errors.ts';
import { now } from '../../core/clock.ts';
import { inShop } from '../../db/scope.ts';
import { Prisma, type Part } from '@prisma/client';
import { readSync } from '../../connections/syncs.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { adminFor } from '../../shopify/client.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { performWrite } from '../writes/perform-write.ts';
import { shopReturns, type ReturnInShopify, type ShopReturns } from './order-returns.ts';

const CAUSE = 'return-not-announced';

interface Announcing {
  live: LiveConnection;
  orderId: string;
  orderName: string;
}

async function settle(
  { live, orderId, orderName }: Announcing,
  part: Part,
  found: ReturnInShopify,
  units: number,
  result: { state: 'announced'; remoteId: string } | { state: 'withheld'; reason: Reason },
): Promise<void> {
  const shopId = live.shop.id;
  await inShop(shopId, async (tx) => {
    const announced = result.state === 'announced';
    const data = {
      ...{ connectionId: live.id, orderId, reference: found.name, state: result.state, units, at: now() },
      remoteId: announced ? result.remoteId : null,
      reason: announced ? Prisma.DbNull : { ...result.reason },
    };
    const key = { shopId, id: found.id, partId: part.id };
    await tx.expectedReturn.upsert({ where: { shopId_id_partId: key }, create: { ...key, ...data }, update: data });
    if (!announced) return;
    const subject = { kind: 'order' as const, id: orderId, label: orderName };
    await noteEvent(tx, shopId, subject, 'return-announced', { return: found.name, backOffice: live.name, units }, part.id);
  });
}

async function announce(work: Announcing, part: Part, found: ReturnInShopify, lines: ReturnInShopify['lines']): Promise<void> {
  const { live, orderId } = work;
  const port = live.connector.returns;
  const expect = port?.expect?.bind(port);
  if (!expect || !part.remoteId) return;
  const expected = {
    ...{ reference: found.name, shopifyReturnId: found.id, orderReference: part.reference, orderRemoteId: part.remoteId },
    facilityId: part.facilityId,
    lines: lines.map(({ lineId, sku, quantity, reason }) => ({ lineId, sku, quantity, reason })),
    note: lines.map(({ note }) => note).find((note) => note !== '') ?? null,
  };
  // A reference that exists is answered with that one, so an unanswered announcement is made again.
  const send = () => expect(expected);
  const done = await performWrite<{ remoteId: string }>(
    live,
    {
      ...{ target: 'back-office', kind: 'return-announce', class: 'compensable' },
      subject: { kind: 'order', id: orderId },
      key: `return-announce:${found.id}:${part.id}`,
      after: { reference: found.name, lines: expected.lines },
    },
    { send, ask: send },
  );
  const units = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  if (done.outcome === 'withheld') await settle(work, part, found, units, { state: 'withheld', reason: done.reason });
  else await settle(work, part, found, units, { state: 'announced', remoteId: done.answer.remoteId });
}

/**
 * Announces the returns that were opened in Shopify for an order to the back offices that ship its parts, once each; those that we registered there ourselves
 * aren't news. Called on news of the order. What the back office refuses is a named problem. Throws TransientError when it should be tried again.
 */
export async function announceReturnsOfOrder(
  live: LiveConnection,
  orderId: string,
  shopify: Pick<ShopReturns, 'list'> = shopReturns(adminFor(live.shop)),
): Promise<void> {
  const shopId = live.shop.id;
  const { settings, parts, order, named } = await inShop(shopId, async (tx) => ({
    settings: (await readSync(tx, shopId, live.id, 'returns')).settings,
    parts: await tx.part.findMany({
      where: { shopId, connectionId: live.id, orderId, cancelledAt: null, remoteId: { not: null } },
      orderBy: { number: 'asc' },
    }),
    order: await tx.order.findUnique({ where: { shopId_id: { shopId, id: orderId } }, select: { name: true } }),
    named: await tx.problem.count({
      where: { shopId, connectionId: live.id, cause: CAUSE, subjectKind: 'order', subjectId: orderId, closedAt: null },
    }),
  }));
  /** Each was taken, or there is none any more that the back office has to hear of. */
  const allTold = async (evidence: string) => {
    const subject = { kind: 'order' as const, id: orderId };
    if (named > 0)
      await inShop(shopId, (tx) => closeProblems(tx, shopId, { subject, connectionId: live.id, causes: [CAUSE], evidence }));
  };
  if (!settings.announce || !live.connector.returns?.expect || parts.length === 0) return allTold('order-read-again');
  const open = (await shopify.list(orderId)).filter(({ status }) => status === 'OPEN');
  if (open.length === 0) return allTold('order-read-again');
  const known = await inShop(shopId, async (tx) => ({
    ours: new Set(
      (await tx.return.findMany({ where: { shopId, orderId, registeredId: { not: null } } })).map((one) => one.registeredId),
    ),
    marks: (await tx.return.findMany({ where: { shopId, orderId }, select: { remoteId: true } })).map(
      (one) => `Return ${one.remoteId} of `,
    ),
    told: new Set(
      (await tx.expectedReturn.findMany({ where: { shopId, orderId, state: 'announced' } })).map(
        (one) => `${one.id} ${one.partId}`,
      ),
    ),
    lines: await tx.partLine.findMany({ where: { shopId, partId: { in: parts.map(({ id }) => id) } } }),
  }));
  const work = { live, orderId, orderName: order?.name ?? '' };
  let refused = false;
  for (const found of open) {
    const ours = known.ours.has(found.id) || found.lines.some(({ note }) => known.marks.some((mark) => note.startsWith(mark)));
    for (const part of ours ? [] : parts) {
      const lines = found.lines.filter(({ lineId }) =>
        known.lines.some((one) => one.partId === part.id && one.lineId === lineId),
      );
      if (lines.length === 0 || known.told.has(`${found.id} ${part.id}`)) continue;
      try {
        await announce(work, part, found, lines);
      } catch (thrown) {
        const error = asCrossdockError(thrown);
        if (error instanceof TransientError || (error instanceof NeedsMerchantError && error.scope === 'connection'))
          throw thrown;
        refused = true;
        const subject = { kind: 'order' as const, id: orderId, label: work.orderName };
        const { params = {} } = problemFromError(thrown, { connectionId: live.id, sync: 'returns', subject });
        const told = {
          ...params,
          return: found.name,
          backOffice: live.name,
          vendorText: String(params['vendorText'] ?? error.message),
        };
        await inShop(shopId, (tx) =>
          openProblem(tx, shopId, {
            connectionId: live.id,
            sync: 'returns',
            cause: CAUSE,
            subject,
            params: told,
            detail: found.name,
          }),
        );
      }
    }
  }
  if (!refused) await allTold('return-announced');
}
