import { RejectedError } from '../../core/errors.ts';
import type { StockPort } from '../contract/index.ts';
import type { Account } from './account.ts';
import { pickLocation, productsInACall, stockReason } from './assumptions.ts';
import { atOnce, inPieces } from './at-once.ts';
import { findFacilities } from './facilities.ts';
import { productsBySku } from './product-lookup.ts';
import * as wire from './wire.ts';

type SetOnHand = NonNullable<StockPort['setOnHand']>;

/**
 * Brings what is on hand to the given numbers. HotWax takes differences only, so what is there is read first; a second try after a lost answer
 * reads again and has nothing left to do.
 */
export async function setOnHand(account: Account, levels: Parameters<SetOnHand>[0]): ReturnType<SetOnHand> {
  const { client } = account;
  const refused: Awaited<ReturnType<SetOnHand>>['refused'] = [];
  const { real } = await findFacilities(account);
  const externalIds = new Map(real.map(({ facilityId, externalId }) => [facilityId, externalId ?? facilityId]));

  for (const piece of inPieces(levels, productsInACall)) {
    const products = await productsBySku(
      account,
      piece.map(({ sku }) => sku),
    );
    const ids = [...products.values()].map(({ productId }) => productId);
    const items =
      ids.length === 0
        ? []
        : await client.list('/oms/inventoryLogs', wire.inventoryItem, { productId: ids.join(','), productId_op: 'in' });
    const onHandOf = (productId: string, facilityId: string) =>
      items
        .filter((item) => item.productId === productId && item.facilityId === facilityId)
        .reduce((sum, item) => sum + (item.quantityOnHandTotal ?? 0), 0);

    await atOnce(piece, async ({ facilityId, sku, onHand }) => {
      const product = products.get(sku);
      const facility = externalIds.get(facilityId);
      const refuse = (vendorText: string) => void refused.push({ facilityId, sku, vendorText });
      if (!product) return refuse(`HotWax has no product ${sku}.`);
      if (facility === undefined) return refuse(`${facilityId} holds no stock of its own.`);
      const availableDelta = onHand - onHandOf(product.productId, facilityId);
      if (availableDelta === 0) return;
      const body = {
        ...{ facilityId: facility, availableDelta, idType: 'SKU', idValue: sku },
        ...{ locationSeqId: pickLocation.locationSeqId, varianceReasonId: stockReason },
      };
      try {
        await client.write('POST', '/service/updateInventoryByIdentification', body, wire.anything, 'oms');
      } catch (error) {
        if (!(error instanceof RejectedError)) throw error;
        refuse(error.vendorText);
      }
    });
  }
  return { refused };
}
