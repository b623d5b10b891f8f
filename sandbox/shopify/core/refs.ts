import type { RequestContext } from './world.ts';

/** Stands for an object of the store in a mutation's payload, so that payloads can be kept as JSON and replayed. */
export interface Ref {
  __ref: string;
  id: number;
}

export const ref = (type: string, id: number): Ref => ({ __ref: type, id });
export const refOrNull = (type: string, id: number | null | undefined): Ref | null =>
  id === null || id === undefined ? null : ref(type, id);
export const isRef = (value: unknown): value is Ref => typeof value === 'object' && value !== null && '__ref' in value;

type Loader = (ctx: RequestContext, id: number) => Record<string, unknown> | undefined;
const loaders = new Map<string, Loader>();

/** Tells how an object of a type is found by its number. */
export function defineLoader(type: string, load: Loader): void {
  loaders.set(type, load);
}

/** The object behind a reference, with its `__typename`; null when it is gone. */
export function loadRef(ctx: RequestContext, { __ref: type, id }: Ref): Record<string, unknown> | null {
  const loader = loaders.get(type);
  if (!loader) throw new Error(`Nothing is known about how to load a ${type}.`);
  const row = loader(ctx, id);
  return row ? { __typename: type, ...row } : null;
}

export const canLoad = (type: string): boolean => loaders.has(type);

/** A loader for a table that has `shop_id`. */
export const byShop =
  (table: string): Loader =>
  (ctx, id) =>
    ctx.world.state.get(`SELECT * FROM ${table} WHERE id = ? AND shop_id = ?`, id, ctx.shop.id);

/** A loader for a table whose parent has `shop_id`. */
export const byParent =
  (table: string, column: string, parent: string): Loader =>
  (ctx, id) =>
    ctx.world.state.get(
      `SELECT t.* FROM ${table} t JOIN ${parent} p ON p.id = t.${column} WHERE t.id = ? AND p.shop_id = ?`,
      id,
      ctx.shop.id,
    );

/** Rows as nodes of a type. */
export const nodes = <T extends object>(type: string, rows: T[]): (T & { __typename: string })[] =>
  rows.map((row) => ({ __typename: type, ...row }));
