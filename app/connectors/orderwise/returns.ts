import { idOf, wholeLines, type Return, type ReturnsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { lookBackMs, memoryMs } from './assumptions.ts';
import { demandColumns, type ExportRow } from './export-rows.ts';
import { exportPlan, rowsSince } from './exports.ts';
import { isoOf } from './local-time.ts';
import { lineOf, orderMemory, type OrderMemory } from './order-memory.ts';
import { isRefunded } from './status-words.ts';

/** Goods that came back: line by line out of an export of the merchant's, and whole orders whose status is one of the refunded ones. */
export function returnsPort(account: Account): ReturnsPort {
  const { context, settings } = account;
  const memory = orderMemory(context.records);

  type Known = Pick<OrderMemory, 'reference' | 'remoteId' | 'lines'>;

  /** The order, if it is one of ours. What is forgotten with a database that was put back to a backup may be: the engine looks whether our shop has it. */
  async function oursOnly(row: ExportRow): Promise<Known | null> {
    const reference = row.text('reference') ?? '';
    const orderId = row.text('orderId');
    const remembered = await memory.get(reference);
    const lost = !remembered && reference !== '' && context.records.mayLack(new Date(context.nowMs() - memoryMs).toISOString());
    const known: Known | null = lost ? { reference, remoteId: orderId, lines: [] } : remembered;
    return known && (known.remoteId === null || known.remoteId === orderId) ? known : null;
  }

  async function received(since: number): Promise<Return[]> {
    const { returnExportId: id } = settings;
    if (id === null) return [];
    const rows = await rowsSince(account, { id, windowMinutes: null, fullId: null }, since);
    demandColumns(rows, ['returnNumber', 'orderId', 'reference', 'sku', 'quantity'], id);
    const found: Return[] = [];
    for (const [remoteId, own] of Map.groupBy(rows, (row) => row.text('returnNumber') ?? '')) {
      const [first] = own;
      const known = first && (await oursOnly(first));
      if (!first || !known || remoteId === '') continue;
      const lines = wholeLines(
        own.map((row) => ({
          ...lineOf(known.lines, row.text('sku') ?? ''),
          quantity: row.number('quantity'),
          restocked: row.number('restocked') === 1 || row.text('restocked') === 'true',
        })),
      ).filter(({ quantity }) => quantity > 0);
      if (lines.length === 0) {
        const about = { reference: known.reference, return: remoteId };
        context.logger.warn(about, 'OrderWise tells a return without quantities that anybody can read');
        continue;
      }
      found.push({
        remoteId: idOf(remoteId),
        reference: known.reference,
        facilityId: first.text('location'),
        lines,
        receivedAt: isoOf(first.text('received'), settings.timeZone),
        note: null,
      });
    }
    return found;
  }

  /** An order that was refunded as a whole. Where an export tells what came back, that is believed instead. */
  async function refunded(since: number): Promise<Return[]> {
    const plan = exportPlan(account, 'status');
    if (!plan || settings.refundedStatuses === '' || settings.returnExportId !== null) return [];
    const found = new Map<string, Return>();
    for (const row of await rowsSince(account, plan, since)) {
      const known = isRefunded(row.text('status') ?? '', settings) ? await oursOnly(row) : null;
      const remoteId = row.text('orderId');
      // A status doesn't tell goods: those of a forgotten order are only known once it is taken up again.
      if (!known || known.lines.length === 0 || remoteId === null) continue;
      found.set(remoteId, {
        remoteId: `${remoteId}/refunded`,
        reference: known.reference,
        facilityId: known.lines[0]?.facilityId ?? null,
        lines: known.lines.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity, restocked: false })),
        // A status has no moment of its own: it may have been so for months.
        receivedAt: null,
        note: null,
      });
    }
    return [...found.values()];
  }

  return {
    async *pull({ since }) {
      const startedAt = context.nowMs();
      const from = since === null ? startedAt - lookBackMs : Date.parse(since);
      const returns = [...(await received(from)), ...(await refunded(from))];
      yield { returns, cursor: new Date(startedAt).toISOString() };
    },
  };
}
