import { RejectedError } from '../../core/errors.ts';

/** What PULPO says against one record. */
export interface Complaint {
  /** The column it names, where it names one. */
  field: string | null;
  text: string;
}

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join(', ');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, inner]) => `${key}: ${textOf(inner)}`)
      .join(', ');
  }
  return value === null || value === undefined ? '' : String(value as number | boolean);
};

const column = ([field, value]: [string, unknown]): Complaint => ({
  field: field === 'message' ? null : field,
  text: textOf(value),
});

/**
 * Reads both styles of PULPO's errors: `{"errors":{"message":"unauthorized"}}` and `{"errors":[{"<column>":"<message>"}]}`. Text of
 * neither style is none of ours to show (it may be a page of a proxy).
 */
export function complaintsIn(body: unknown): Complaint[] {
  if (typeof body !== 'object' || body === null || !('errors' in body)) return [];
  const { errors } = body;
  if (typeof errors === 'string') return [{ field: null, text: errors }];
  const found = Array.isArray(errors) ? (errors as unknown[]) : [errors];
  return found
    .flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.entries(one).map(column) : [{ field: null, text: textOf(one) }],
    )
    .filter(({ text }) => text !== '');
}

/** Columns whose refusal has a fix of its own in the catalogue. */
const codes: Readonly<Record<string, string>> = {
  warehouse_id: 'pulpo-warehouse-refused',
  shipping_method_id: 'pulpo-shipping-method-refused',
  order_num: 'pulpo-order-number-refused',
};

/** The refusal of one record, in PULPO's words. */
export function refusedRecord(complaints: Complaint[], params: Record<string, string | number>): RejectedError {
  const field = complaints.find((one) => one.field !== null)?.field ?? null;
  const words = complaints.map((one) => (one.field ? `${one.field}: ${one.text}` : one.text)).join('; ');
  return new RejectedError(
    (field && codes[field]) ?? 'pulpo-refused',
    words || `PULPO answered ${params['status']} without a reason`,
    {
      ...(field ? { field } : {}),
      params,
    },
  );
}
