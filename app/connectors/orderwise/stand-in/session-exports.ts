import { shown } from './amounts.ts';
import { deliveriesOf } from './despatch.ts';
import { FACTS } from './facts.ts';
import type { OrderRow } from './order-record.ts';
import type { Reply } from './session-call.ts';
import type { Session } from './session-record.ts';
import { kitLevels, levels, type LevelRow } from './stock-levels.ts';
import { LISTS, listValue } from './value-lists.ts';
import { variantById, type VariantRow } from './variant-record.ts';
import { json, local, type World } from './world.ts';
import { readXml, writeXml, XmlError, type XmlTree } from './xml.ts';

interface ExportDocument {
  xml: string;
  /** How many elements are in it; 0 is not sent. */
  count: number;
}

/**
 * Stock of what was recalculated since then: S3's columns, one flat element per variant; by location one per variant and location with
 * the columns of `variant_stock_location`. Source: orderwise.md §4.4, §6; the names Variants, Variant and sl_name are guesses.
 */
export function stockDocument(world: World, session: Session, since: number): ExportDocument {
  const rows = [...levels(world, since), ...kitLevels(world, since)];
  const byVariant = [...Map.groupBy(rows, (row) => row.variant_id).values()];
  const elements = byVariant.flatMap((own) => {
    const variant = own[0] && variantById(world, own[0].variant_id);
    if (!variant) return [];
    const columns = stockColumns(world, variant, own);
    if (session.stockExport === 'plain') return [columns];
    return own.map(({ location_id, location, free }) => ({
      ...columns,
      vsl_sl_id: location_id,
      sl_name: location,
      vsl_free_stock_quantity: free,
    }));
  });
  return { xml: writeXml({ Variants: { Variant: elements } }), count: elements.length };
}

function stockColumns(world: World, variant: VariantRow, own: readonly LevelRow[]): Record<string, unknown> {
  const data = json(variant.data);
  const rate = listValue(world, LISTS.taxRate, Number(data['taxRateId'] ?? 1));
  return {
    vad_id: variant.id,
    vad_variant_code: variant.code,
    vad_description: variant.description,
    vad_abv_description: variant.description.slice(0, 30),
    vafp_rsp_inc_vat: shown(Math.round(variant.rsp * (1 + (rate?.rate ?? 0)))),
    vasq_free_stock_quantity: own.reduce((sum, level) => sum + level.free, 0),
    vad_weight: data['weight'] ?? '',
    vr_vat_rate: (rate?.rate ?? 0) * 100,
    vr_vat_code: rate?.code ?? '',
    vas_discontinued_product: variant.discontinued,
    vaa_l_1: '',
    vaa_n_2: '',
    pd_id: variant.product_id,
    pd_product_code: variant.code,
    pd_description: variant.description,
  };
}

/** The session's orders that changed since then, with their deliveries. Source: orderwise.md §4.3; `deliveryLines` is a guess, and can be off. */
export function despatchDocument(world: World, session: Session, since: number): ExportDocument {
  const orders = world.state.all<OrderRow>(
    'SELECT * FROM orders WHERE session_id = ? AND ecommerce_number IS NOT NULL AND type <> 4 AND changed_at >= ? ORDER BY changed_at, id',
    session.id,
    since,
  );
  const deliveries = deliveriesOf(
    world,
    orders.map(({ id }) => id),
  );
  const elements = orders.map((order) => ({
    orderNo: order.ecommerce_number,
    orderStatus: order.status,
    deliveries: (deliveries.get(order.id) ?? []).map((delivery) => ({
      deliveryNumber: delivery.number,
      deliveryDate: local(delivery.delivered_at),
      courierName: delivery.courier ?? '',
      consignmentNumbers: { consignmentNumber: delivery.consignments },
      ...(session.despatchLines
        ? {
            deliveryLines: {
              deliveryLine: delivery.lines.map(({ code, quantity }) => ({ variantCode: code, quantity })),
            },
          }
        : {}),
    })),
  }));
  return { xml: writeXml({ orders: { order: elements } }), count: elements.length };
}

/** What is wrong with a website's reply to an export; null for the one OrderWise expects. Source: orderwise.md §4.4. */
export function replyProblem(reply: Reply): string | null {
  const why = (text: string) => `${text} [${FACTS.exportReply}]`;
  if (reply.lost !== null) return reply.lost;
  if (reply.status !== 200) return why(`answered ${reply.status}`);
  if (reply.text === null) return why('the reply is not UTF-8, or far too long');
  try {
    const { XMLFile, ...strange } = readXml(reply.text);
    const responses = part(part(XMLFile, 'Responses'), 'Response');
    if (Object.keys(strange).length > 0 || !Array.isArray(responses) || responses.length === 0)
      return why('the reply is not <XMLFile><Responses><Response>');
    for (const response of responses) {
      const type = part(response, 'Type');
      const message = part(response, 'Message');
      if (typeof type !== 'string' || typeof message !== 'string') return why('a Response needs Type and Message');
      if (type !== 'Log') return why(`the website said ${type}: ${message}`);
    }
    return null;
  } catch (error) {
    if (error instanceof XmlError) return why(error.message);
    throw error;
  }
}

const part = (tree: XmlTree | undefined, name: string): XmlTree | undefined =>
  typeof tree === 'object' && !Array.isArray(tree) ? tree[name] : undefined;
