import type { State } from '../../kit/state.ts';
import type { Shop, ShopData } from './world.ts';

interface ShopRow {
  id: number;
  domain: string;
  data: string;
  installed: number;
  scopes: string;
  created_at: number;
}

const toShop = (row: ShopRow): Shop => ({
  id: row.id,
  domain: row.domain,
  installed: row.installed === 1,
  scopes: JSON.parse(row.scopes) as string[],
  data: JSON.parse(row.data) as ShopData,
  createdAt: row.created_at,
});

export function shopByDomain(state: State, domain: string): Shop | undefined {
  const row = state.get<ShopRow>('SELECT * FROM shops WHERE domain = ?', domain);
  return row && toShop(row);
}

export function shopById(state: State, id: number): Shop | undefined {
  const row = state.get<ShopRow>('SELECT * FROM shops WHERE id = ?', id);
  return row && toShop(row);
}

export const allShops = (state: State): Shop[] => state.all<ShopRow>('SELECT * FROM shops ORDER BY id').map(toShop);
