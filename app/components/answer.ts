/** A catalogue key with its blanks. */
export interface Saying {
  code: string;
  params: Record<string, string | number>;
}

/** Why something wasn't done. */
export interface Failure extends Saying {
  /** Whose messages may know the code. */
  connector?: string;
  /** Our own mistakes are logged under this number. */
  reference?: string;
  /** What is wrong with single fields, by name: `errors.field.<code>`. */
  fields?: Record<string, Saying>;
  /** What has to be done first, each of it: `missing.<code>`. */
  missing?: Saying[];
}

/** What an action says. `done` is a catalogue key for the toast; `result` what else the page needs to know. */
export type Answer<Result = unknown> =
  { ok: true; done?: string; params?: Record<string, string | number>; result?: Result } | { ok: false; failure: Failure };
