import { asCrossdockError } from '../../core/errors.ts';
import { maskPersonal } from '../../core/mask-personal.ts';
import { inShop } from '../../db/scope.ts';
import type { PreviewedCall, SalesOrder } from '../../connectors/contract/index.ts';
import { conversionOf, remoteProductsOf } from './conversion-of.ts';
import { convertPart, layOutUnits } from './convert-order.ts';
import { judgeNow } from './judge-now.ts';
import { orderInCodes } from './order-in-codes.ts';
import { readParts } from './order-store.ts';
import { planParts, type KnownPart, type PartPlan } from './plan-parts.ts';
import { contentPreview, standBeside } from './prepare-parts.ts';
import type { OrderPass } from './push-parts.ts';

/** What one part of an order would be sent as now. */
export interface PartPreview {
  reference: string;
  connectionName: string;
  connector: string;
  /** Method and path of each call, and its body as text. */
  calls: { call: string; text: string }[];
  /** Why the back office would not take it, as an error's code and blanks; null where nothing is known against it. */
  failure: { code: string; params: Record<string, string | number> } | null;
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body, null, 2));

const unknown = (plan: Extract<PartPlan, { action: 'new' }>): KnownPart => ({
  ...{ id: '', number: plan.number, reference: plan.reference, state: 'pending', lines: [] },
  ...{ connectionId: plan.target.connectionId, locationId: plan.target.locationId, facilityId: plan.target.facilityId },
  ...{ fulfilmentOrderIds: [], remoteId: null, sentHash: null },
});

/** Everything of an order that may say who bought it. */
function personalOf({ customer, shipTo, billing, note, attributes, lines }: SalesOrder): string[] {
  const of = (address: SalesOrder['shipTo']) =>
    address ? [address.name, address.company, address.address1, address.address2, address.city, address.zip, address.phone] : [];
  const said = [...attributes, ...lines.flatMap((line) => line.attributes)].map(({ value }) => value);
  const all = [customer?.name, customer?.email, customer?.phone, ...of(shipTo), ...of(billing), note, ...said];
  return all.flatMap((text) => text ?? []);
}

/**
 * What an order would be sent as if it went now, in the back office's own form, whatever still holds it. Nothing is sent and nothing decided. `open`:
 * for administrators; for all others whatever may say who bought it is blanked.
 */
export async function previewOrder(
  pass: Pick<OrderPass, 'shopId' | 'admin' | 'orderId' | 'connections'>,
  { open }: { open: boolean },
): Promise<PartPreview[]> {
  const { shopId, orderId } = pass;
  const known = await inShop(shopId, (tx) => readParts(tx, shopId, orderId));
  const judged = await judgeNow(pass, known, { asIfItWent: true });
  if (!judged) return [];
  const { order, takers, verdicts } = judged;
  const all = planParts(order.name, known, verdicts.targets, order.fulfilmentOrders);
  const plans = all.filter((plan) => plan.action !== 'cancel');
  // What is to be cancelled at a connection that is off stays there, with what it was told of the order.
  const isAtWork = (connectionId: string) => takers.some(({ live }) => live.id === connectionId);
  const touched = new Set(
    all.flatMap((plan) =>
      plan.action === 'keep' || (plan.action === 'cancel' && isAtWork(plan.part.connectionId)) ? [plan.part.id] : [],
    ),
  );
  const prepared = plans.flatMap((plan) => {
    const taker = takers.find(({ live }) => live.id === plan.target.connectionId);
    if (!taker) return [];
    const fresh = plan.action === 'new' ? unknown(plan) : plan.part;
    const part = plan.action === 'new' ? { ...fresh, reference: `${taker.settings.numberPrefix}${fresh.reference}` } : fresh;
    return [{ taker, part, target: plan.target, units: contentPreview(order, part, plan.target, taker.live) }];
  });
  const living = [...prepared.map(({ part, units }) => ({ number: part.number, units })), ...standBeside(known, touched)];
  const starts = layOutUnits(living);
  const carrier = Math.min(...living.map(({ number }) => number));
  const previews: PartPreview[] = [];
  for (const { taker, ...one } of prepared) {
    const { live } = taker;
    const { products, coded } = await inShop(shopId, async (tx) => ({
      products: await remoteProductsOf(tx, shopId, live.id, order),
      coded: await orderInCodes(tx, shopId, live.id, order),
    }));
    const converted = convertPart(coded, conversionOf(order, taker, one, one.part.number === carrier, products), starts);
    const about = { reference: one.part.reference, connectionName: live.name, connector: live.definition.id };
    try {
      const calls = await live.connector.orders.preview(converted);
      const shown = open ? calls : (maskPersonal(calls, personalOf(converted)) as PreviewedCall[]);
      previews.push({ ...about, calls: shown.map(({ call, body }) => ({ call, text: textOf(body) })), failure: null });
    } catch (thrown) {
      const { code, params } = asCrossdockError(thrown);
      previews.push({ ...about, calls: [], failure: { code, params } });
    }
  }
  return previews;
}
