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
