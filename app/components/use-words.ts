import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from './use-formats.ts';
import { wordsOf, type Words } from './words.ts';

/** Sentences for stored codes, in the admin's language and the shop's zone. */
export function useWords(): Words {
  const { i18n } = useTranslation();
  const formats = useFormats();
  return useMemo(() => wordsOf(i18n, formats.dateTime), [i18n, formats]);
}
