import type { z } from 'zod';

/** What is wrong with one field: a catalogue key (`errors.field.<code>`) with its blanks. */
export interface FieldError {
  code: string;
  params: Record<string, string | number>;
}

/** By name of the field, so that each message stands at its own. */
export type FieldErrors = Record<string, FieldError>;

const error = (code: string, params: FieldError['params'] = {}): FieldError => ({ code, params });

const wrongType: Record<string, string> = { number: 'not-a-number', int: 'not-a-whole-number', boolean: 'not-yes-or-no' };

function fieldError(issue: z.core.$ZodIssue, value: unknown): FieldError {
  switch (issue.code) {
    case 'invalid_type':
      if (value === undefined || value === null) return error('required');
      return error(wrongType[issue.expected] ?? 'invalid');
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') {
        return Number(issue.minimum) <= 1 ? error('required') : error('too-short', { minimum: Number(issue.minimum) });
      }
      return error('too-small', { minimum: Number(issue.minimum) });
    case 'too_big':
      return error(issue.origin === 'string' || issue.origin === 'array' ? 'too-long' : 'too-large', {
        maximum: Number(issue.maximum),
      });
    case 'invalid_format':
      if (issue.format === 'url') return error('not-a-url');
      return issue.format === 'email' ? error('not-an-email') : error('wrong-format');
    case 'invalid_value':
      if (value === undefined) return error('required');
      return error('not-a-choice');
    case 'custom':
      // A connector's own rule names itself: its message is a key below settings.<name> in the connector's catalogue.
      return error('connector-rule', { rule: issue.message });
    case 'invalid_union':
      return error('wrong-format');
    default:
      return error('invalid');
  }
}

/** The first error of each field of what was given. */
export function fieldErrorsOf({ issues }: z.ZodError, given: Record<string, unknown>): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of issues) {
    const name = issue.path.length > 0 ? String(issue.path[0]) : 'form';
    errors[name] ??= fieldError(issue, given[name]);
  }
  return errors;
}
