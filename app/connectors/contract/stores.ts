/** A store (brand) of the back office: what orders, products and facilities are sold under. */
export interface Store {
  id: string;
  name: string;
}

export interface StoresPort {
  /** The stores to choose from, or null where these settings don't let us list them: then the id is typed. */
  list(): Promise<Store[] | null>;
  /** Makes a store. Present only where the back office lets us. */
  create?(name: string): Promise<Store>;
  /**
   * Only for a back office that keeps its records for each connection by itself (`sharedStock: 'joining'`): this connection's own store, as others
   * that join it are to call it.
   */
  shelf?: SharedShelf;
}

/** How connections of a back office without an account of its own put their goods on one shelf. Each step may be repeated. */
export interface SharedShelf {
  /** This connection has joined another one's store: makes the store and its facilities known here under the same ids. */
  join(store: Store): Promise<void>;
  /** Before this connection leaves: what it moved stays with the store, and here nothing of the shared facilities counts as known any more. */
  leave(): Promise<void>;
  /** This connection is the last one: takes over what those who left have moved. */
  settle(): Promise<void>;
}

/**
 * Which of a connector's settings hold the store its connections belong to. They are chosen on the connection's Store page, from the list of the
 * `stores` port, and stand in no other form.
 */
export interface StoreChoice<Settings> {
  settings: readonly (keyof Settings & string)[];
  /** Whether nothing works without one. */
  required: boolean;
  idOf(settings: Settings): string | null;
  /** The settings for a store, or for none; null when no store can have that id. */
  toSettings(id: string | null): Partial<Record<keyof Settings & string, string | number | null>> | null;
}

/**
 * How the stock of one store is known to be the same for two connections. `keyOf`: the instance, the account and the store as one text, equal for
 * whoever counts the same goods; null when these settings can't tell. `joining`: each connection has a shelf of its own until they join.
 */
export type SharedStock<Settings> = { keyOf(settings: Settings): string | null } | 'joining';
