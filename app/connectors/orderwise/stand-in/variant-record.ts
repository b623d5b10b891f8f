import { shown } from './amounts.ts';
import { json, type World } from './world.ts';

export interface VariantRow {
  id: number;
  product_id: number;
  code: string;
  description: string;
  ean: string | null;
  active: number;
  discontinued: number;
  template: number;
  /** Selling price without tax, ten-thousandths. */
  rsp: number;
  cost: number;
  data: string;
  amended_at: number;
}

export interface NewVariant {
  code: string;
  description: string;
  ean?: string | null;
  template?: boolean;
  active?: boolean;
  discontinued?: boolean;
  rsp?: number;
  cost?: number;
  /** Brand, weight, sizes, customs codes, tax rate, analysis fields. */
  data?: Record<string, unknown>;
}

export const variantById = (world: World, id: number): VariantRow | undefined =>
  world.state.get<VariantRow>('SELECT * FROM variants WHERE id = ?', id);

/** By its exact code: case and blanks count. Source: orderwise.md §8 "exact, case-sensitive match" [S1]. */
export const variantByCode = (world: World, code: string): VariantRow | undefined =>
  world.state.get<VariantRow>('SELECT * FROM variants WHERE code = ?', code);

export function addVariant(world: World, variant: NewVariant): VariantRow {
  const product = world.state.run('INSERT INTO products (code, description) VALUES (?, ?)', variant.code, variant.description);
  const { lastId } = world.state.run(
    'INSERT INTO variants (product_id, code, description, ean, active, discontinued, template, rsp, cost, data, amended_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)',
    product.lastId,
    variant.code,
    variant.description,
    variant.ean ?? null,
    variant.active === false ? 0 : 1,
    variant.discontinued ? 1 : 0,
    variant.template ? 1 : 0,
    variant.rsp ?? 0,
    variant.cost ?? 0,
    JSON.stringify(variant.data ?? {}),
    world.now(),
  );
  return variantById(world, lastId) as VariantRow;
}

export function updateVariant(world: World, id: number, change: Partial<NewVariant>): VariantRow {
  const row = variantById(world, id) as VariantRow;
  const flag = (given: boolean | undefined, kept: number) => (given === undefined ? kept : given ? 1 : 0);
  world.state.run(
    'UPDATE variants SET code = ?, description = ?, ean = ?, active = ?, discontinued = ?, rsp = ?, cost = ?, data = ?, amended_at = ? WHERE id = ?',
    change.code ?? row.code,
    change.description ?? row.description,
    change.ean === undefined ? row.ean : change.ean,
    flag(change.active, row.active),
    flag(change.discontinued, row.discontinued),
    change.rsp ?? row.rsp,
    change.cost ?? row.cost,
    JSON.stringify({ ...json(row.data), ...change.data }),
    world.now(),
    id,
  );
  return variantById(world, id) as VariantRow;
}

/** What a kit is made of; nothing for any other variant. */
export const componentsOf = (world: World, kitId: number): { variant_id: number; quantity: number }[] =>
  world.state.all('SELECT variant_id, quantity FROM components WHERE kit_id = ? ORDER BY variant_id', kitId);

const DIMENSIONS = ['weight', 'volume', 'length', 'width', 'depth'] as const;

/** The parts of a variant that clients were seen to read. Source: orderwise.md §5 "Products/stock" [C S5, S8]. */
export function presentVariant(row: VariantRow): Record<string, unknown> {
  const data = json(row.data);
  return {
    variantInfo: { id: row.id, code: row.code, description: row.description, eanCode: row.ean },
    variantSettings: { templateVariant: row.template === 1, discontinued: row.discontinued === 1 },
    variantSalesInfo: [{ Id: row.id, rspExcVat: Number(shown(row.rsp)) }],
    variantPurchaseSettings: { estimatedCost: Number(shown(row.cost)) },
    variantDimensions: Object.fromEntries(DIMENSIONS.map((name) => [name, data[name] ?? null])),
    analysis: data['analysis'] ?? {},
  };
}
