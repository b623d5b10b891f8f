import { refuse } from '../../../../sandbox/kit/refusal.ts';
import { FACTS } from './facts.ts';

/** Column → what is wrong with it. */
export type ColumnErrors = Record<string, string>;

/** A "no" in PULPO's own words, with the fact it enforces. Thrown anywhere, answered in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly fact: string;
  readonly status: number;
  readonly body: unknown;
  readonly columns: ColumnErrors;
  readonly headers: Record<string, string>;

  constructor(
    fact: string,
    status: number,
    body: unknown,
    { columns = {}, headers = {} }: { columns?: ColumnErrors; headers?: Record<string, string> } = {},
  ) {
    super(`${status} ${JSON.stringify(body)}`);
    this.fact = fact;
    this.status = status;
    this.body = body;
    this.columns = columns;
    this.headers = headers;
  }

  answer(): Response {
    return refuse(this.fact, this.status, this.body, this.headers);
  }
}

/** `{"errors":[{"<column>":"<message>"}]}`, one entry a column. */
export function refuseColumns(fact: string, columns: ColumnErrors, status = 422): Refusal {
  return new Refusal(
    fact,
    status,
    { errors: Object.entries(columns).map(([column, message]) => ({ [column]: message })) },
    { columns },
  );
}

/** The other error style: `{"errors":{"message":"…"}}`. */
export function refuseMessage(fact: string, status: number, message: string, headers: Record<string, string> = {}): Refusal {
  return new Refusal(fact, status, { errors: { message } }, { headers });
}

export const notFound = (what: string, id: unknown): Refusal =>
  refuseColumns(FACTS.notFound, { id: `${what} ${String(id)} was not found` }, 404);
