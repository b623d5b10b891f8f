import type { Change } from '../core/world.ts';
import { toMinor } from '../core/money.ts';
import { Refused } from '../core/user-error.ts';
import { itemPayload } from '../webhooks/catalogue-payloads.ts';
import { dataOf, type VariantData, type VariantRow } from './rows.ts';

/** inventoryItemUpdate */
export function updateItem(change: Change, itemId: number | undefined, input: Record<string, unknown>): number {
  const { state } = change;
  const variant = state.get<VariantRow>('SELECT * FROM variants WHERE item_id = ? AND shop_id = ?', itemId ?? 0, change.shop.id);
  if (!variant) throw new Refused('The specified inventory item could not be found.', { field: ['id'] });
  const data = dataOf<VariantData>(variant);
  if (input.cost !== undefined) data.cost = input.cost === null ? null : toMinor(input.cost, change.shop.data.currency);
  if (input.countryCodeOfOrigin !== undefined) data.countryOfOrigin = input.countryCodeOfOrigin as string | null;
  if (input.provinceCodeOfOrigin !== undefined) data.provinceOfOrigin = input.provinceCodeOfOrigin as string | null;
  if (input.harmonizedSystemCode !== undefined) data.hsCode = input.harmonizedSystemCode as string | null;
  state.run(
    'UPDATE variants SET tracked = ?, sku = ?, requires_shipping = ?, data = ?, item_updated_at = ?, updated_at = ? WHERE id = ?',
    typeof input.tracked === 'boolean' ? (input.tracked ? 1 : 0) : variant.tracked,
    input.sku === undefined ? variant.sku : (input.sku as string | null),
    typeof input.requiresShipping === 'boolean' ? (input.requiresShipping ? 1 : 0) : variant.requires_shipping,
    JSON.stringify(data),
    change.at,
    change.at,
    variant.id,
  );
  change.productTouched(variant.product_id);
  change.tell('inventory_items/update', () => itemPayload(change.world, variant.item_id));
  return variant.item_id;
}
