import { refuse } from '../../../../sandbox/kit/refusal.ts';
import { FACTS } from './facts.ts';

/** A "no" in OrderWise's own words, with the fact it enforces. Thrown anywhere, answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fact: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Record<string, string>;

  constructor(fact: string, status: number, body: unknown, headers: Record<string, string> = {}) {
    super(`${status} ${typeof body === 'string' ? body : JSON.stringify(body)}`);
    this.fact = fact;
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  answer(): Response {
    return refuse(this.fact, this.status, this.body, this.headers);
  }
}

/** A single sentence, ASP.NET style: `{"Message":"…"}`. Source: orderwise.md §5 [W]. */
export const refuseMessage = (fact: string, status: number, message: string, headers: Record<string, string> = {}): Refusal =>
  new Refusal(fact, status, { Message: message }, headers);

/**
 * What a validation found, sentence by sentence, deep inside the body: clients look through every string of it.
 * Source: orderwise.md §5 "S4 walks every string in the JSON"; the nesting is ASP.NET's own [GUESS].
 */
export const refuseModel = (fact: string, what: string, problems: readonly string[], status = 400): Refusal =>
  new Refusal(fact, status, { Message: 'The request is invalid.', ModelState: { [what]: problems } });

export const notFound = (what: string, id: unknown): Refusal =>
  refuseMessage(FACTS.notFound, 404, `${what} ${String(id)} was not found.`);
