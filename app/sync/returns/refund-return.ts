import { Prisma, type Return as ReturnRow, type Write } from '@prisma/client';
import { now } from '../../core/clock.ts';
import { sha256 } from '../../core/crypto.ts';
import { asCrossdockError, NeedsMerchantError, RejectedError, TransientError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import { formatDecimal } from '../../core/money.ts';
import type { LiveConnection } from '../../connections/open-connection.ts';
import type { SyncSettings } from '../../connections/sync-settings.ts';
import { readSync } from '../../connections/syncs.ts';
import type { Reason } from '../../connectors/contract/index.ts';
import { inShop } from '../../db/scope.ts';
import { adminFor } from '../../shopify/client.ts';
import type { RefundInput } from '../../shopify/operations/generated/graphql.ts';
import { checkFence, withLease } from '../inbox/lease.ts';
import { closeProblems, openProblem, problemFromError } from '../problems/problems.ts';
import { orderLeaseKey } from '../shipments/mirror-shipment-to-shopify.ts';
import { noteEvent } from '../timeline/timeline.ts';
import { gateFor } from '../writes/gate.ts';
import { performWrite, type WriteOutcome } from '../writes/perform-write.ts';
import {
  idempotencyKeyOf,
  refundNoted,
  shopRefunds,
  type RefundAnswer,
  type RefundLine,
  type ShopRefunds,
} from './order-refunds.ts';
import { shopReturns, type ShopReturns } from './order-returns.ts';
import { planRefund } from './plan-refund.ts';
import { factsOf, type RefundPass } from './refund-facts.ts';
import { returnMatchCauses, returnSubject } from './record-return.ts';
import { closeReturn, processReturn, registerReturn } from './register-return.ts';

/** seen: to be refunded. withheld: by access level or dry run. refunded, recorded: done. problem: see its problems. */
export type ReturnRecordState = 'seen' | 'withheld' | 'refunded' | 'recorded' | 'problem';

export interface RefundOptions {
  /** The shop's refunds; through its Admin API unless told otherwise. */
  shopify?: ShopRefunds;
  /** The shop's returns; likewise. */
  returns?: ShopReturns;
  /** A person asked for this one. */
  asked?: boolean;
  settings?: SyncSettings<'returns'>;
  runId?: string;
}

/**
 * Makes one received return a refund in Shopify, exactly once however often it is called. What stands in the way becomes a named problem; throws only what is worth
 * trying again by itself (TransientError) and what stops the whole connection.
 */
export async function refundReturn(
  live: LiveConnection,
  returnId: string,
  options: RefundOptions = {},
): Promise<ReturnRecordState> {
  const { id: shopId } = live.shop;
  const read = (): Promise<ReturnRow | null> =>
    inShop(shopId, (tx) => tx.return.findUnique({ where: { shopId_id: { shopId, id: returnId } } }));
  const row = await read();
  if (!row) throw new RejectedError('return-gone', 'The return is not known any more', { params: { return: returnId } });
  const { orderId } = row;
  if (!orderId) return 'problem';
  const settings = options.settings ?? (await inShop(shopId, (tx) => readSync(tx, shopId, live.id, 'returns'))).settings;
  const shopify = options.shopify ?? shopRefunds(adminFor(live.shop));
  const returns = options.returns ?? shopReturns(adminFor(live.shop));
  return withLease(shopId, orderLeaseKey(orderId), async (lease) => {
    const fresh = (await read()) ?? row;
    const pass: RefundPass = {
      live,
      row: { ...fresh, orderId },
      lease,
      shopify,
      returns,
      asked: options.asked ?? false,
      settings,
      ...(options.runId ? { runId: options.runId } : {}),
    };
    try {
      return await refundUnderLease(pass);
    } catch (thrown) {
      const error = asCrossdockError(thrown);
      if (error instanceof TransientError || (error instanceof NeedsMerchantError && error.scope === 'connection')) throw thrown;
      if (error.kind === 'bug')
        logger.error({ error: thrown, shop: live.shop.domain, returnId }, 'A return could not be refunded');
      const { cause, params = {} } = problemFromError(thrown, {
        connectionId: live.id,
        sync: 'returns',
        subject: returnSubject(fresh),
      });
      return endPass(pass, 'problem', { code: cause, params });
    }
  });
}

async function refundUnderLease(pass: RefundPass): Promise<ReturnRecordState> {
  const { live, row, shopify, settings } = pass;
  if (row.refundId) return 'refunded';
  const withheld = gateFor(live, 'shopify');
  if (withheld && row.state === 'withheld') return 'withheld';
  if (await hasMatchProblem(pass)) return endPass(pass, 'problem');

  const earlier = await unsettledRefund(pass);
  if (earlier) {
    try {
      return await take(pass, await performAgain(pass, earlier));
    } catch (thrown) {
      // Refused now, so it never landed: planned anew below.
      if (!(thrown instanceof RejectedError)) throw thrown;
    }
  }

  const { lines, instead, ...known } = await factsOf(pass);
  const note = noteOf(pass);
  if (lines.length === 0) return refundAmount(pass, note);
  const refunding = settings.refund || pass.asked;
  const order = await shopify.read(row.orderId);
  const forgotten = refundNoted(order, note);
  if (forgotten) return endPass(pass, 'refunded', undefined, forgotten);
  const plan = planRefund(lines, order, { ...known, asked: pass.asked, refunding });
  if (plan.verdict === 'refunded-elsewhere')
    return endPass(pass, 'recorded', { code: 'return-refunded-elsewhere', params: { return: row.remoteId } });
  if (instead !== null && settings.refund && !pass.asked)
    return endPass(pass, 'problem', {
      code: 'return-not-for-money',
      params: { return: row.remoteId, instead, backOffice: live.definition.label },
    });
  if (plan.verdict === 'problem') return endPass(pass, 'problem', plan.reason);
  const registered = settings.register === 'no' ? null : await registerReturn(pass, lines, note);
  if (registered?.outcome === 'withheld') return endPass(pass, 'withheld', registered.reason);
  if (!refunding) return endRegistered(pass, registered?.returnId ?? null);
  const input = await shopify.prepare(row.orderId, plan.lines, {
    shipping: settings.refundShipping,
    notifyCustomer: settings.notifyCustomer,
    note,
  });
  const key = `refund-create:${row.id}:${sha256(JSON.stringify(input)).slice(0, 32)}`;
  if (!registered) return take(pass, await perform(pass, key, input));
  return take(pass, await processReturn(pass, key, input, registered.returnId, plan.lines), registered.returnId);
}

/** Money that the back office gave back without goods. */
async function refundAmount(pass: RefundPass, note: string): Promise<ReturnRecordState> {
  const { row, shopify, settings } = pass;
  if (row.amount === null || !(settings.withoutItems || pass.asked)) return endPass(pass, 'recorded');
  const forgotten = refundNoted(await shopify.read(row.orderId), note);
  if (forgotten) return endPass(pass, 'refunded', undefined, forgotten);
  const input = await shopify.prepareAmount(row.orderId, Number(row.amount), { notifyCustomer: settings.notifyCustomer, note });
  const key = `refund-create:${row.id}:${sha256(JSON.stringify(input)).slice(0, 32)}`;
  return take(pass, await perform(pass, key, input));
}

/** Registered and not refunded: that is all there is to do, but for closing it. */
async function endRegistered(pass: RefundPass, returnId: string | null): Promise<ReturnRecordState> {
  const withheld = returnId && pass.settings.register === 'close' ? await closeReturn(pass, returnId) : null;
  if (withheld) return endPass(pass, 'withheld', withheld);
  return endPass(pass, 'recorded', returnId ? { code: 'return-registered', params: { return: pass.row.remoteId } } : undefined);
}

/** The attempt as it was recorded: with the return it was made through, where there was one. */
function performAgain(pass: RefundPass, { key, after }: Write): Promise<WriteOutcome<RefundAnswer>> {
  const { returnId, lines, ...input } = after as unknown as RefundInput & { returnId?: string; lines?: RefundLine[] };
  return returnId ? processReturn(pass, key, input, returnId, lines ?? []) : perform(pass, key, input);
}

async function hasMatchProblem({ live, row }: RefundPass): Promise<boolean> {
  const { id: shopId } = live.shop;
  const where = { shopId, subjectKind: 'return', subjectId: row.id, closedAt: null, cause: { in: returnMatchCauses } };
  return (await inShop(shopId, (tx) => tx.problem.count({ where }))) > 0;
}

/** The mark by which a refund is known as ours again: it stays in Shopify's own records, and no two returns share it. */
function noteOf({ live, row, settings }: RefundPass): string {
  const mark = `Return ${row.remoteId} of ${row.reference}, received in ${live.name}`;
  const told = row.note?.trim().slice(0, 200) ?? '';
  return settings.carryNotes && told !== '' ? `${mark}: ${told}` : mark;
}

function perform(
  { live, row, lease, shopify, runId }: RefundPass,
  key: string,
  input: RefundInput,
): Promise<WriteOutcome<RefundAnswer>> {
  return performWrite<RefundAnswer>(
    live,
    {
      target: 'shopify',
      kind: 'refund-create',
      subject: { kind: 'return', id: row.id },
      key,
      class: 'final',
      before: { orderId: row.orderId },
      after: input,
      lease,
      ...(runId ? { runId } : {}),
    },
    {
      send: () => shopify.create(input, idempotencyKeyOf(key)),
      ask: async () => refundNoted(await shopify.read(row.orderId), input.note),
    },
  );
}

/** An attempt whose end isn't known, or is known but wasn't taken over into the return's row. */
function unsettledRefund({ live, row }: RefundPass): Promise<Write | null> {
  const { id: shopId } = live.shop;
  return inShop(shopId, (tx) =>
    tx.write.findFirst({
      where: {
        shopId,
        subjectKind: 'return',
        subjectId: row.id,
        kind: 'refund-create',
        state: { in: ['sent', 'unknown', 'landed'] },
      },
      orderBy: { createdAt: 'asc' },
    }),
  );
}

async function take(
  pass: RefundPass,
  done: WriteOutcome<RefundAnswer>,
  returnId: string | null = pass.row.registeredId,
): Promise<ReturnRecordState> {
  if (done.outcome === 'withheld') return endPass(pass, 'withheld', done.reason);
  if (returnId && pass.settings.register === 'close') await closeReturn(pass, returnId);
  return endPass(pass, 'refunded', undefined, done.answer);
}

async function endPass(
  pass: RefundPass,
  state: ReturnRecordState,
  reason?: Reason,
  refund?: RefundAnswer,
): Promise<ReturnRecordState> {
  const { live, row, lease } = pass;
  const { id: shopId, currency } = live.shop;
  const subject = returnSubject(row);
  await inShop(shopId, async (tx) => {
    await checkFence(tx, shopId, lease);
    const held = state === 'problem' && reason ? [reason] : [];
    await closeProblems(tx, shopId, {
      subject,
      sync: 'returns',
      except: [...returnMatchCauses, ...held.map(({ code }) => code)],
      evidence: state === 'refunded' ? 'return-refunded' : 'other-cause',
    });
    for (const { code, params } of held) {
      const detail = String(params['sku'] ?? params['vendorText'] ?? '');
      await openProblem(tx, shopId, { connectionId: live.id, sync: 'returns', cause: code, subject, params, detail });
    }
    const note = (kind: string, params: Record<string, string | number>): Promise<void> =>
      noteEvent(
        tx,
        shopId,
        { kind: 'order', id: row.orderId },
        kind,
        { return: row.remoteId, ...params },
        row.partId ?? undefined,
      );
    if (refund) await note('return-refunded', { amount: formatDecimal({ amount: refund.amount, currency }), currency });
    if (state === 'recorded' && reason) await note(reason.code, {});
    if (state === 'withheld' && row.state !== 'withheld') await note('return-withheld', { reason: reason?.code ?? '' });
    await tx.return.update({
      where: { shopId_id: { shopId, id: row.id } },
      data: {
        state,
        reason: reason ? { ...reason } : Prisma.DbNull,
        triedAt: now(),
        ...(refund ? { refundId: refund.refundId, refunded: BigInt(refund.amount), refundedAt: now() } : {}),
      },
    });
  });
  return state;
}
