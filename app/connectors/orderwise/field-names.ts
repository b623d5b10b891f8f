import { guessedFields } from './assumptions.ts';
import { pairsIn } from './words.ts';

export type GuessedField = keyof typeof guessedFields;
/** Puts a value under the name that OrderWise may know it by; nothing where the field is left out or there is no value. */
export type Named = (field: GuessedField, value: unknown) => Record<string, unknown>;

const isGuessed = (name: string): name is GuessedField => Object.hasOwn(guessedFields, name);

/** The setting `fieldNames`; null where it names a field that is none of the guesses, or a name that JSON clients don't use. */
export function fieldNamesIn(typed: string): Map<GuessedField, string> | null {
  const names = new Map<GuessedField, string>();
  for (const [ours, theirs] of pairsIn(typed) ?? [['', '']]) {
    if (!isGuessed(ours) || !/^\w*$/.test(theirs)) return null;
    names.set(ours, theirs);
  }
  return names;
}

export function namedFields(typed: string): Named {
  const changed = fieldNamesIn(typed);
  return (field, value) => {
    const name = changed?.get(field) ?? guessedFields[field];
    return name === '' || value === null || value === undefined ? {} : { [name]: value };
  };
}
