import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from './use-formats.ts';

type Params = Record<string, string | number>;

export interface Words {
  /** Title and remedy of a failure or problem; a connector's own wording wins over the general one. */
  failure: (code: string, params?: Params, connector?: string | null) => { title: string; fix: string };
  /** Why an order is held, a variant left out, a run ended. */
  reason: (code: string, params?: Params, connector?: string | null) => string;
  /** A line of a record's timeline. */
  event: (kind: string, params?: Params, connector?: string | null) => string;
  /** A word of Shopify's or ours as people say it (`PARTIALLY_PAID`), or the word itself. */
  word: (name: string, value: string) => string;
}

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Turns stored codes into sentences. Moments among the blanks are written in the shop's zone, known words in plain ones. */
export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const formats = useFormats();
  const word = useCallback((name: string, value: string) => (i18n.exists(`words.${name}.${value}`) ? t(`words.${name}.${value}`) : value), [t, i18n]);
  return useMemo(() => {
    const find = (keys: string[]): string | undefined => keys.find((key) => i18n.exists(key));
    const dress = (params: Params): Params =>
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => {
          if (typeof value === 'number') return [name, value];
          return [name, moment.test(value) ? formats.dateTime(value) : word(name, value)];
        }),
      );
    const say = (keys: string[], params: Params): string | undefined => {
      const key = find(keys);
      return key ? t(key, dress(params)) : undefined;
    };
    const reason: Words['reason'] = (code, params = {}, connector) =>
      say([`${connector}:reasons.${code}`, `reasons.${code}`, `${connector}:errors.${code}.title`, `errors.${code}.title`], params) ?? t('reasons.unknown', { code });
    return {
      failure: (code, params = {}, connector) => {
        const blanks = { vendorText: '', message: '', ...params };
        return {
          title:
            say([`${connector}:errors.${code}.title`, `errors.${code}.title`, `${connector}:reasons.${code}`, `reasons.${code}`], blanks) ??
            (String(blanks.vendorText || blanks.message) || t('errors.unknown.title', { code })),
          fix: say([`${connector}:errors.${code}.fix`, `errors.${code}.fix`], blanks) ?? t('errors.unknown.fix'),
        };
      },
      reason,
      event: (kind, params = {}, connector) => {
        const dressed = typeof params['code'] === 'string' ? { ...params, why: reason(params['code'], params, connector) } : params;
        return say([`${connector}:timeline.${kind}`, `timeline.${kind}`], dressed) ?? kind;
      },
      word,
    };
  }, [t, i18n, formats, word]);
}
