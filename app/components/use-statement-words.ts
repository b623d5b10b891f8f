import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useWords } from './use-words.ts';

interface StatementWords {
  /** A reason in few words, for many records that may differ in its blanks. */
  brief: (code: string) => string;
  /** The reason of one record, as a sentence. */
  sentence: (code: string, params: Record<string, string | number>) => string;
}

/** Words for the reasons of a statement. A connector's own wording of a refusal wins. */
export function useStatementWords(connector: string): StatementWords {
  const { t, i18n } = useTranslation();
  const words = useWords();
  return useMemo(
    () => ({
      brief: (code) =>
        i18n.exists(`statement.codes.${code}`) ? t(`statement.codes.${code}`) : words.failure(code, {}, connector).title,
      sentence: (code, params) => (code === '' ? '' : words.failure(code, params, connector).title),
    }),
    [t, i18n, words, connector],
  );
}
