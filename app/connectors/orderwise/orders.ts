import { CrossdockError, RejectedError, TransientError } from '../../core/errors.ts';
import type { OrdersPort, RemoteOrder, SalesOrder } from '../contract/index.ts';
import type { Account } from './account.ts';
import { customerPreview } from './customers.ts';
import { exportPlan, rowsSince } from './exports.ts';
import { locate, locateForgotten, noteLines, queuedOrder } from './find-order.ts';
import { checkNumber, orderBody } from './order-body.ts';
import { orderMemory, remembranceOf, type OrderMemory } from './order-memory.ts';
import { saysItExists, unknownCodesIn } from './refusal.ts';
import { isPartial } from './status-words.ts';
import { allVariants, variantsBySku } from './variants.ts';
import * as wire from './wire.ts';

/**
 * Orders by `POST /sales/order`. OrderWise takes the same number twice, so what was sent is remembered before it is sent, and looked up
 * before it is sent again. It can't be asked to change or to cancel an order: no such call is known.
 */
export function ordersPort(account: Account): OrdersPort {
  const { client, context, settings } = account;
  const memory = orderMemory(context.records);

  async function post(order: SalesOrder, codes: ReadonlyMap<string, string>): Promise<wire.OrderMade> {
    const body = await orderBody(account, order, codes);
    return client.write('POST', '/sales/order', body, wire.orderMade, { session_id: settings.sessionId ?? 0 });
  }

  /** Codes that differ from our SKUs only in blanks, for those that OrderWise doesn't know. */
  async function nearCodes(order: SalesOrder, refused: RejectedError): Promise<Map<string, string>> {
    const unknown = unknownCodesIn(refused.vendorText.split(/(?=Order number)/));
    const skus = order.lines.map(({ sku }) => sku).filter((sku) => unknown.some((code) => code.trim() === sku.trim()));
    if (skus.length === 0) return new Map();
    return new Map([...variantsBySku(await allVariants(account), skus)].map(([sku, { variantCode }]) => [sku, variantCode]));
  }

  /** A refusal is an answer: nothing was made, so the order may be sent with the codes that OrderWise does know. */
  async function postWithRealCodes(order: SalesOrder): Promise<wire.OrderMade> {
    try {
      return await post(order, new Map());
    } catch (error) {
      if (!(error instanceof RejectedError) || error.code !== 'orderwise-variant-unknown') throw error;
      const codes = await nearCodes(order, error);
      if (![...codes].some(([sku, code]) => sku !== code)) throw error;
      return post(order, codes);
    }
  }

  function made(known: OrderMemory, answer: { id: string; number: string | null }): RemoteOrder {
    return {
      remoteId: answer.id,
      remoteNumber: answer.number,
      reference: known.reference,
      state: 'open',
      lines: known.lines,
      total: known.total,
      facilityId: known.lines[0]?.facilityId ?? null,
      url: null,
    };
  }

  return {
    async preview(order) {
      const { id, made: maker } = await customerPreview(account, order);
      const body = await orderBody(account, order, new Map(), () => Promise.resolve(id));
      return [...(maker ? [{ call: 'POST /customers', body: maker }] : []), { call: 'POST /sales/order', body }];
    },

    async create(order) {
      checkNumber(order.reference);
      const before = await memory.get(order.reference);
      const found = before && (await locate(account, before));
      if (found) return found;
      const forgotten =
        !before && context.records.mayLack(order.placedAt) && (await locateForgotten(account, order.reference, order));
      // OrderWise doesn't tell with which lines it was sent then.
      if (forgotten) return { ...forgotten, lines: [] };
      const known: OrderMemory = {
        ...remembranceOf(order),
        attemptedAt: before?.attemptedAt ?? context.nowMs(),
        remoteId: null,
        number: null,
        queued: false,
        troubled: false,
        heard: null,
      };
      await memory.put(known);
      try {
        const answer = await postWithRealCodes(order);
        const now: OrderMemory = {
          ...known,
          remoteId: answer?.id ?? null,
          number: answer?.number ?? null,
          queued: answer === null,
        };
        await memory.put(now);
        return answer ? made(now, answer) : queuedOrder(now, context.nowMs());
      } catch (error) {
        const taken = error instanceof RejectedError && saysItExists(error) && exportPlan(account, 'status');
        const there = taken ? await locate(account, known) : null;
        if (there) return there;
        // What certainly never arrived needn't be looked up later; what may have arrived is never forgotten.
        const certain =
          error instanceof CrossdockError && error.kind !== 'bug' && !(error instanceof TransientError && error.mayHaveLanded);
        if (certain && !before) await memory.forget(order.reference);
        throw error;
      }
    },

    async find(reference) {
      const known = await memory.get(reference);
      return known ? locate(account, known) : locateForgotten(account, reference);
    },

    async *changes({ since }) {
      const plan = exportPlan(account, 'status');
      if (!plan) return;
      const startedAt = context.nowMs();
      const from = since === null ? startedAt : Date.parse(since);
      const rows = await rowsSince(account, plan, from);
      const told = rows.some((row) => row.has('sku'));
      if (rows.length > 0) await noteLines(account, told);
      const byReference = new Map(rows.map((row) => [row.text('reference') ?? '', row]));
      const news: OrderMemory[] = [];
      for (const [reference, row] of byReference) {
        const known = reference === '' ? null : await memory.get(reference);
        // Another shop's order may have our number: it has another id.
        if (!known || (known.remoteId !== null && known.remoteId !== row.text('orderId'))) continue;
        const status = row.text('status') ?? '';
        const trouble = isPartial(status, settings) && !told;
        // Merchants may say of any status what it means, so each new one is news.
        if (trouble || known.troubled || known.queued || known.remoteId === null || known.heard !== status)
          news.push({ ...known, troubled: known.troubled || trouble, heard: status });
      }
      yield { references: news.map(({ reference }) => reference), cursor: new Date(startedAt).toISOString() };
      // Only now: whoever broke off before must hear it again.
      for (const { reference, troubled, heard } of news) {
        const known = await memory.get(reference);
        if (known) await memory.put({ ...known, troubled, heard });
      }
    },
  };
}
