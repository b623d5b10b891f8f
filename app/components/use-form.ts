import { useCallback, useEffect, useState } from 'react';

export interface FormState<Values> {
  values: Values;
  set: <Name extends keyof Values>(name: Name, value: Values[Name]) => void;
  dirty: boolean;
  discard: () => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What somebody typed, against what is stored. Stored values that change underneath (saved, or elsewhere) become the new start. */
export function useForm<Values extends Record<string, unknown>>(stored: Values): FormState<Values> {
  const [values, setValues] = useState(stored);
  const key = JSON.stringify(stored);
  useEffect(() => setValues(JSON.parse(key) as Values), [key]);
  const set = useCallback<FormState<Values>['set']>((name, value) => setValues((before) => ({ ...before, [name]: value })), []);
  const discard = useCallback(() => setValues(JSON.parse(key) as Values), [key]);
  return { values, set, dirty: !same(values, stored), discard };
}
