import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { alertWordsOf, type AlertWords } from './alert-words.ts';
import { useWords } from './use-words.ts';

/** What alerts are called, in the admin's language and the shop's zone. */
export function useAlertWords(): AlertWords {
  const { i18n } = useTranslation();
  const words = useWords();
  return useMemo(() => alertWordsOf(i18n, words), [i18n, words]);
}
