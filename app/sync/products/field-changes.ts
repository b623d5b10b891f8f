import type { SentFields } from './product-facts.ts';

/** One field of a product that was handed over otherwise than the time before. */
export interface FieldChange {
  /** As in `SentFields`; an attribute is `attributes.<namespace.key>`, an option `options.<name>`. */
  field: string;
  before: FieldValue;
  after: FieldValue;
}

/** A field's value as it can be shown. */
export type FieldValue = string | number | boolean | string[] | null;

/** Longer texts are cut: they are shown, not compared. */
const SHOWN = 300;

function shown(value: unknown): FieldValue {
  if (typeof value === 'string') return value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.map(String) : null;
}

/** Options and attributes by their own names, so that a change says which. */
function flat(fields: SentFields): Map<string, unknown> {
  const entries = Object.entries(fields).flatMap(([field, value]): [string, unknown][] => {
    if (field === 'attributes')
      return Object.entries(value as Record<string, unknown>).map(([key, one]) => [`attributes.${key}`, one]);
    if (field === 'options')
      return (value as { name: string; value: string }[]).map((option) => [`options.${option.name}`, option.value]);
    return [[field, value]];
  });
  return new Map(entries);
}

/** What differs between two times a product was handed over, in the order of the fields. Pure. */
export function fieldChanges(before: SentFields, after: SentFields): FieldChange[] {
  const [old, fresh] = [flat(before), flat(after)];
  return [...new Set([...fresh.keys(), ...old.keys()])]
    .filter((field) => JSON.stringify(old.get(field) ?? null) !== JSON.stringify(fresh.get(field) ?? null))
    .map((field) => ({ field, before: shown(old.get(field)), after: shown(fresh.get(field)) }));
}
