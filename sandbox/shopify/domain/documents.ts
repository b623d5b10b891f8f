import type { State } from '../../kit/state.ts';

/** Things a shop has that are read whole and rarely change: profiles, carrier services, channels. */
export interface Zone {
  id: number;
  name: string;
  countries: { code: string; restOfWorld: boolean; provinces: string[] }[];
  methods: Method[];
}
export interface Method {
  id: number;
  name: string;
  description: string | null;
  active: boolean;
  /** A fixed price in minor units, or a carrier's services. */
  rate: { price: number } | { carrierId: number; services: { name: string; active: boolean }[]; adapts: boolean };
}
export interface ProfileDocument {
  name: string;
  default: boolean;
  version: number;
  groups: { id: number; locations: number[]; zones: Zone[] }[];
}
export interface CarrierDocument {
  name: string;
  formattedName: string;
  active: boolean;
  callbackUrl: string | null;
  discovery: boolean;
  services: string[];
  locations: number[];
}
export interface ChannelDocument {
  name: string;
  handle: string;
  specificationHandle: string | null;
  accountName: string | null;
  app: { id: number; title: string; handle: string };
  publicationId: number;
}
export interface DocumentKinds {
  deliveryProfile: ProfileDocument;
  carrierService: CarrierDocument;
  channel: ChannelDocument;
}

export interface Stored<T> {
  id: number;
  data: T;
}

export function documents<K extends keyof DocumentKinds>(state: State, shopId: number, kind: K): Stored<DocumentKinds[K]>[] {
  return state
    .all<{ id: number; data: string }>('SELECT id, data FROM documents WHERE shop_id = ? AND kind = ? ORDER BY id', shopId, kind)
    .map((row) => ({ id: row.id, data: JSON.parse(row.data) as DocumentKinds[K] }));
}

export function addDocument<K extends keyof DocumentKinds>(
  state: State,
  shopId: number,
  kind: K,
  data: DocumentKinds[K],
): number {
  return state.run('INSERT INTO documents (shop_id, kind, data) VALUES (?,?,?)', shopId, kind, JSON.stringify(data)).lastId;
}

export function updateDocument<K extends keyof DocumentKinds>(state: State, id: number, data: DocumentKinds[K]): void {
  state.run('UPDATE documents SET data = ? WHERE id = ?', JSON.stringify(data), id);
}
