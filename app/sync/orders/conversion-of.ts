import type { Tx } from '../../db/scope.ts';
import type { Conversion } from './convert-order.ts';
import { customerOf } from './customer-of-order.ts';
import type { PartKits } from './expand-kits.ts';
import { commonWord } from './filter-order.ts';
import type { Taker } from './judge-order.ts';
import type { KnownPart } from './plan-parts.ts';
import type { PreparedPart } from './prepare-parts.ts';
import type { ShopifyOrder } from './shopify-order.ts';

/** The payments that are told: methods that the merchant leaves out are not, the order goes all the same. */
function paymentsOf({ mapped, settings }: Taker, carriesCharges: boolean): Conversion['payments'] {
  const told = mapped.payments.filter(({ gateway }) => commonWord([gateway], settings.omittedPayments) === undefined);
  return carriesCharges ? told : told.map((payment) => ({ ...payment, amount: 0 }));
}

/** Variants of the order that the back office knows, with its ids of them. */
export async function remoteProductsOf(
  tx: Tx,
  shopId: number,
  connectionId: string,
  order: ShopifyOrder,
): Promise<ReadonlyMap<string, string>> {
  const variantIds = order.lines.flatMap((line) => line.variantId ?? []);
  const links = await tx.$queryRaw<{ id: string; remoteId: string }[]>`
    SELECT variant_id AS id, remote_id AS "remoteId" FROM product_link
    WHERE shop_id = ${shopId} AND connection_id = ${connectionId}::uuid AND variant_id = ANY(${variantIds}) AND remote_id <> ''`;
  return new Map(links.map(({ id, remoteId }) => [id, remoteId]));
}

/** What a part's kits are made of: as handed over, whatever is mapped since. */
export const kitsOf = ({ kits }: Taker, part: Pick<KnownPart, 'remoteId' | 'kits'>): PartKits =>
  (part.remoteId ? part.kits : kits) ?? {};

/** What a part is converted with: the mappings and settings of the connection that takes it. Pure. */
export function conversionOf(
  order: ShopifyOrder,
  taker: Taker,
  prepared: Pick<PreparedPart, 'part' | 'target' | 'units'>,
  carriesCharges: boolean,
  remoteProducts: ReadonlyMap<string, string>,
): Conversion {
  const { live, mapped, settings, promised } = taker;
  const { part, target, units } = prepared;
  return {
    reference: part.reference,
    number: part.number,
    units,
    target: {
      facilityId: target.facilityId,
      handedOver: target.handedOver ?? false,
      ...(target.parked ? { parked: true } : {}),
      deliveryMethod: target.fulfilmentOrders[0]?.deliveryMethod ?? 'SHIPPING',
    },
    carriesCharges,
    shipping: mapped.shipping,
    payments: paymentsOf(taker, carriesCharges),
    channel: mapped.channel,
    storeId: live.storeId,
    remoteProducts,
    withNote: settings.orderNote,
    withAttributes: settings.orderAttributes,
    customer: customerOf(order, settings, {
      ...{ customerClass: mapped.customerClass, remoteId: taker.customerId ?? null },
      till: target.handedOver === true,
    }),
    ...(promised ? { promised } : {}),
    kits: kitsOf(taker, part),
  };
}
