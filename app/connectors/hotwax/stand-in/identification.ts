import type { World } from './world.ts';

/** The product with this identification in force; undefined where there is none. */
export function productOf(world: World, type: string, value: string): string | undefined {
  return world.state.get<{ productId: string }>(
    'SELECT productId FROM GoodIdentification WHERE idValue = ? AND goodIdentificationTypeId = ? AND thruDate IS NULL ORDER BY productId',
    value,
    type,
  )?.productId;
}

/** The SKU in force, else the internal name. */
export const SKU_OF_PRODUCTS = `SELECT p.productId, coalesce((SELECT g.idValue FROM GoodIdentification g WHERE g.productId = p.productId AND g.goodIdentificationTypeId = 'SKU' AND g.thruDate IS NULL), p.internalName) AS sku FROM Product p`;

/** A finite number, or undefined. */
export function quantityOf(value: unknown): number | undefined {
  const number = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
