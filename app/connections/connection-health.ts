/** Result of the last connection test. */
export interface Health {
  ok: boolean;
  /** The step that failed, or the last one: `check.<step>` in the connector's catalogue. */
  step: string | null;
  /** What went wrong (`errors.<code>.title|fix`); null when nothing did. */
  code: string | null;
  params: Record<string, string | number>;
  /** Every step that was tried, in order. */
  steps: { step: string; ok: boolean; detail: string | null }[];
  /** ISO 8601. */
  at: string;
}

/** Why a connection's work is parked. */
export interface Blocked {
  /** `errors.<code>.title|fix`. */
  code: string;
  params: Record<string, string | number>;
  /** ISO 8601: since when, and when it is tried again without anybody's doing. */
  since: string;
  retryAt: string;
}

/** What is arranged in the back office beside the data itself. */
export interface Registration {
  /** `arranged`: it calls us when something changes. `refused`: it would not; polling carries on. `none`: it has no such calls, or the merchant enters our address. */
  calls: 'arranged' | 'refused' | 'none';
  /** The shop's own record there and what it lets this shop do; null where it keeps none or refused. */
  record: { id: string; access: 'none' | 'read' | 'read-write'; detail: string } | null;
  /** The first refusal: `errors.<code>.title|fix`. */
  failure: { code: string; params: Record<string, string | number> } | null;
  /** Why mappings and location links couldn't be written there, where the back office keeps them; null when they could. */
  mappings?: { code: string; params: Record<string, string | number> } | null;
  /** ISO 8601. */
  at: string;
}
