import { inShop } from '../db/scope.ts';

/** What the home page says of the shop itself. */
export interface ShopSummary {
  name: string;
  domain: string;
  country: string;
  plan: string;
  timeZone: string;
  currency: string;
  weightUnit: string;
  ownerName: string;
}

/** The shop's row, as its own pages may show it. */
export function readShopSummary(shopId: number): Promise<ShopSummary> {
  return inShop(shopId, (tx) =>
    tx.shop.findUniqueOrThrow({
      where: { id: shopId },
      select: {
        name: true,
        domain: true,
        country: true,
        plan: true,
        timeZone: true,
        currency: true,
        weightUnit: true,
        ownerName: true,
      },
    }),
  );
}
