import { refuse } from '../../../../sandbox/kit/refusal.ts';
import { FACTS } from './facts.ts';

/** A "no" in HotWax's own words, with the fact it enforces. Thrown anywhere, answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fact: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(fact: string, status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`${status} ${JSON.stringify(body)}`);
    this.fact = fact;
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  answer(): Response {
    return refuse(this.fact, this.status, this.body, this.headers);
  }
}

/** Moqui's style: a status that is not 2xx and `{errorCode, errors}`, errors being one text. Source: hotwax.md §3.1. */
export function refuseMoqui(fact: string, status: number, errors: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal(fact, status, { errorCode: status, errors }, headers);
}

/** OFBiz's style: HTTP 200 with `_ERROR_MESSAGE_`. Source: hotwax.md §3.1. */
export function refuseOfbiz(fact: string, message: string): Refusal {
  return new Refusal(fact, 200, { _ERROR_MESSAGE_: message });
}

export const notFound = (what: string, id: string): Refusal =>
  refuseMoqui(FACTS.notFound, 404, `No value found for ${what} with key ${id}`);
