import { idLength, type Shipment, type ShipmentsPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { lookBackMs } from './assumptions.ts';
import { linesTold, shipmentsOf, type Delivery } from './despatches.ts';
import { demandColumns, type ExportRow } from './export-rows.ts';
import { exportPlan, rowsSince } from './exports.ts';
import { noteLines } from './find-order.ts';
import { isoOf } from './local-time.ts';
import { orderMemory, type OrderMemory } from './order-memory.ts';
import { isFulfilled, isRefunded } from './status-words.ts';

/** Rows of one order, a row for each delivery or for each of its lines. Rows of an order without a delivery hold none. */
function deliveriesIn(rows: readonly ExportRow[], zone: string): Delivery[] {
  const left = rows.filter((row) => row.text('delivery') ?? row.text('tracking') ?? row.text('shipped'));
  const nameOf = (row: ExportRow) => row.text('delivery') ?? `${row.text('tracking')} ${row.text('shipped')}`;
  return [...Map.groupBy(left, nameOf).values()].map((own): Delivery => {
    const [first] = own;
    return {
      number: first?.text('delivery') ?? null,
      at: isoOf(first?.text('shipped') ?? null, zone),
      courier: first?.text('courier') ?? null,
      consignments: first?.text('tracking') ?? null,
      link: first?.text('link') ?? null,
      lines: own.some((row) => row.has('sku'))
        ? linesTold(
            own.map((row) => ({ code: row.text('sku'), quantity: row.text('quantity'), facilityId: row.text('location') })),
          )
        : null,
    };
  });
}

/** Shipments out of the status export, which has several rows for an order. */
export function shipmentsPort(account: Account): ShipmentsPort {
  const { context, settings } = account;
  const memory = orderMemory(context.records);

  async function rowsOf(since: number): Promise<ExportRow[]> {
    const plan = exportPlan(account, 'status');
    if (!plan) return [];
    const rows = await rowsSince(account, plan, since);
    demandColumns(rows, ['orderId', 'reference', 'status'], plan.id);
    if (rows.length > 0)
      await noteLines(
        account,
        rows.some((row) => row.has('sku')),
      );
    return rows;
  }

  function shipments(remoteId: string, rows: readonly ExportRow[], known: Pick<OrderMemory, 'reference' | 'lines'>): Shipment[] {
    const status = rows[0]?.text('status') ?? '';
    const complete = isFulfilled(status, settings) || isRefunded(status, settings);
    const deliveries = deliveriesIn(rows, settings.timeZone);
    const unclear = deliveries.filter(({ lines }) => lines === null && rows.some((row) => row.has('sku')));
    if (unclear.length > 0) {
      const about = { reference: known.reference, deliveries: unclear.map(({ number }) => number) };
      context.logger.warn(about, 'OrderWise tells deliveries with quantities that nobody can read');
    }
    return shipmentsOf({ ...known, remoteId, complete, deliveries }, new Date(context.nowMs()).toISOString());
  }

  return {
    async *pull({ since }) {
      const startedAt = context.nowMs();
      const from = since === null ? startedAt - lookBackMs : Date.parse(since);
      const byOrder = Map.groupBy(await rowsOf(from), (row) => row.text('orderId') ?? '');
      const found: Shipment[] = [];
      for (const [remoteId, rows] of byOrder) {
        const reference = rows[0]?.text('reference') ?? '';
        // Nothing of ours is called so.
        if (remoteId === '' || reference === '' || Math.max(remoteId.length, reference.length) > idLength) continue;
        const known = await memory.get(reference);
        // Another shop's order may have our number: it has another id.
        if (known !== null && known.remoteId !== null && known.remoteId !== remoteId) continue;
        found.push(...shipments(remoteId, rows, known ?? { reference, lines: [] }));
      }
      yield { shipments: found, cursor: new Date(startedAt).toISOString() };
    },

    async ofOrder(remoteId) {
      const known = await memory.byRemoteId(remoteId);
      const from = known ? known.attemptedAt : context.nowMs() - lookBackMs;
      const rows = (await rowsOf(from)).filter((row) => row.text('orderId') === remoteId);
      const reference = known?.reference ?? rows[0]?.text('reference');
      return reference ? shipments(remoteId, rows, known ?? { reference, lines: [] }) : [];
    },
  };
}
