import { z } from 'zod';
import type { Failure } from '../../components/answer.ts';
import { fieldErrorsOf, type FieldErrors } from '../../connections/field-errors.ts';
import { randomToken } from '../../core/crypto.ts';
import { asCrossdockError } from '../../core/errors.ts';
import { logger } from '../../core/logger.ts';
import type { Reason } from '../../connectors/contract/index.ts';

/** Thrown by an action whose input a server function has refused without throwing. */
export class Refused extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code);
    this.name = 'Refused';
    this.failure = failure;
  }

  static fields(fields: FieldErrors): Refused {
    return new Refused({ code: 'invalid-input', params: {}, fields });
  }

  static missing(missing: Reason[]): Refused {
    return new Refused({ code: 'something-missing', params: {}, missing });
  }
}

/** Whatever an action threw, as what the page says. Our own mistakes are logged under a reference, and nothing of them is shown. */
export function failureOf(thrown: unknown, connector?: string): Failure {
  const who = connector ? { connector } : {};
  if (thrown instanceof Refused) return { ...who, ...thrown.failure };
  if (thrown instanceof z.ZodError) return { code: 'invalid-input', params: {}, fields: fieldErrorsOf(thrown, {}), ...who };
  const error = asCrossdockError(thrown);
  if (error.kind === 'bug') {
    const reference = randomToken(8);
    logger.error({ err: thrown, reference }, 'An action of a page failed');
    return { code: 'unexpected', params: {}, reference, ...who };
  }
  return { code: error.code, params: error.params, ...who };
}

/** A page that could not be read: the error boundary shows the reference. */
export function brokenPage(thrown: unknown): Response {
  const failure = failureOf(thrown);
  return Response.json(failure, { status: 500 });
}

export function notFound(): Response {
  return Response.json({}, { status: 404 });
}
