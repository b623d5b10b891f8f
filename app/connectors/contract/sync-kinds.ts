/* Shared words of the engine and the pages; they stand here because every server folder may import the contract. */
/** The five syncs of a connection, in the order the pages show them. */
export const syncKinds = ['products', 'orders', 'inventory', 'shipments', 'returns'] as const;
export type SyncKind = (typeof syncKinds)[number];

/** A stated reason: a catalogue key with its blanks. */
export interface Reason {
  code: string;
  params: Record<string, string | number>;
}

/** What something happened to. */
export interface Subject {
  kind: 'order' | 'part' | 'product' | 'variant' | 'shipment' | 'return' | 'location' | 'level' | 'connection' | 'sync';
  id: string;
  /** How people know it: the order's name, the SKU. */
  label: string;
}
