import { refuse } from '../../../../sandbox/kit/refusal.ts';

export type ErrorCode = 'Invalid' | 'Failure' | 'RateLimit';

/** A "no" in IM's own words, with the fact it enforces. Thrown anywhere, answered in one place. HTTP is 200 unless told otherwise. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fact: string;
  readonly code: ErrorCode;
  readonly status: number;

  constructor(fact: string, code: ErrorCode, message: string, status = 200) {
    super(message);
    this.fact = fact;
    this.code = code;
    this.status = status;
  }

  /** `older` puts the text where older documents have it. Source: extensiv.md §2.1. */
  answer({ older = false }: { older?: boolean } = {}): Response {
    return refuse(this.fact, this.status, {
      success_code: false,
      error_code: this.code,
      [older ? 'status_message' : 'message']: this.message,
    });
  }
}

/** Bad or missing data. */
export const invalid = (fact: string, message: string): Refusal => new Refusal(fact, 'Invalid', message);
/** A hard error. */
export const failure = (fact: string, message: string): Refusal => new Refusal(fact, 'Failure', message);
