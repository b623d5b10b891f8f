/** Why something wasn't done, as a catalogue key with its blanks. */
export interface Failure {
  code: string;
  params: Record<string, string | number>;
  /** Whose messages may know the code. */
  connector?: string;
  /** Our own mistakes are logged under this number. */
  reference?: string;
  /** Problems of single fields: name → code of the message. */
  fields?: Record<string, string>;
}

/** What an action says. `done` is a catalogue key for the toast; `result` what else the page needs to know. */
export type Answer<Result = unknown> =
  | { ok: true; done?: string; params?: Record<string, string | number>; result?: Result }
  | { ok: false; failure: Failure };
