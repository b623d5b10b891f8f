import { createContext, useContext, type ReactNode } from 'react';

/** What every page may know about the shop and the person in front of it. */
export interface ShopView {
  name: string;
  domain: string;
  currency: string;
  timeZone: string;
}

export interface ConnectionView {
  id: string;
  name: string;
  /** Id of the connector: the namespace of its messages. */
  connector: string;
  connectorLabel: string;
  active: boolean;
  /** Of the person in front of the page; they come first. */
  favourite: boolean;
  /** Syncs that the back office offers. */
  offers: string[];
}

export type RoleView = 'viewer' | 'operator' | 'administrator';

export interface ShopContextValue {
  shop: ShopView;
  role: RoleView;
  /** What Shopify has granted. */
  scopes: string[];
  connections: ConnectionView[];
}

const ShopContext = createContext<ShopContextValue | null>(null);

export function ShopProvider({ value, children }: { value: ShopContextValue; children: ReactNode }): ReactNode {
  return <ShopContext.Provider value={value}>{children}</ShopContext.Provider>;
}

export function useShop(): ShopContextValue {
  const value = useContext(ShopContext);
  if (!value) throw new Error('useShop needs a ShopProvider above it');
  return value;
}

const ranks: Record<RoleView, number> = { viewer: 0, operator: 1, administrator: 2 };

/** Whether the person may do what this role may; the server checks it again. */
export function useMay(role: RoleView): boolean {
  return ranks[useShop().role] >= ranks[role];
}
