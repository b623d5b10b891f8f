/**
 * Every failure is one of four kinds, named after who acts next. Connectors and clients convert what
 * they meet into these; the engine reads only `kind`. `code` is stable and is the key of the merchant's
 * message in the catalogues (`errors.<code>`), `params` are its blanks. Neither may hold secrets or
 * personal data: both are stored and logged.
 */
export type ErrorKind = 'transient' | 'needs-merchant' | 'rejected' | 'bug';
export type ErrorParams = Record<string, string | number>;

export interface ErrorDetails {
  params?: ErrorParams;
  cause?: unknown;
}

export abstract class CrossdockError extends Error {
  abstract readonly kind: ErrorKind;
  readonly code: string;
  readonly params: ErrorParams;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.params = details.params ?? {};
  }
}

/** Worth trying again by itself: a timeout, a 5xx, a throttle. */
export class TransientError extends CrossdockError {
  readonly kind = 'transient';
  /** How long the other side asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** True when the request may have been carried out although no answer came: ask before sending again. */
  readonly mayHaveLanded: boolean;

  constructor(code: string, message: string, details: ErrorDetails & { retryAfterMs?: number; mayHaveLanded?: boolean } = {}) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs;
    this.mayHaveLanded = details.mayHaveLanded ?? false;
  }
}

/** Nothing moves until the merchant does the one thing that `errors.<code>.fix` names. */
export class NeedsMerchantError extends CrossdockError {
  readonly kind = 'needs-merchant';
  /** Whether the whole connection is stuck (credentials) or only the record at hand (a missing mapping). */
  readonly scope: 'connection' | 'record';

  constructor(code: string, message: string, details: ErrorDetails & { scope?: 'connection' | 'record' } = {}) {
    super(code, message, details);
    this.scope = details.scope ?? 'record';
  }
}

/** The other side refused this record; the rest goes on. */
export class RejectedError extends CrossdockError {
  readonly kind = 'rejected';
  readonly field: string | undefined;
  /** The other side's own words, without personal data. */
  readonly vendorText: string;

  constructor(code: string, vendorText: string, details: ErrorDetails & { field?: string } = {}) {
    super(code, vendorText, { ...details, params: { ...details.params, vendorText, field: details.field ?? '' } });
    this.field = details.field;
    this.vendorText = vendorText;
  }
}

/** Our own mistake. Shown with a reference, logged with its cause. */
export class BugError extends CrossdockError {
  readonly kind = 'bug';
}

/** Whatever was thrown, as one of the four kinds. */
export function asCrossdockError(thrown: unknown): CrossdockError {
  if (thrown instanceof CrossdockError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BugError('unexpected', message, { cause: thrown });
}
