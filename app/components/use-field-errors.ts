import { useTranslation } from 'react-i18next';
import type { Failure } from './answer.ts';
import { useWords } from './use-words.ts';

/** What stands at each field after a refusal. A connector's own rules are worded in its messages below `settings.<field>`. */
export function useFieldErrors(failure: Failure | null): Record<string, string> {
  const { t, i18n } = useTranslation();
  const words = useWords();
  // A refusal of one thing names the field that it is about.
  const about = failure?.params['field'];
  if (failure && !failure.fields && typeof about === 'string' && about !== '')
    return { [about]: words.failure(failure.code, failure.params, failure.connector).title };
  const fields = Object.entries(failure?.fields ?? {});
  return Object.fromEntries(
    fields.map(([name, { code, params }]) => {
      const own = `${failure?.connector}:settings.${name}.${params['rule']}`;
      if (code === 'connector-rule' && i18n.exists(own)) return [name, t(own, params)];
      const key = `errors.field.${code}`;
      return [name, i18n.exists(key) ? t(key, params) : t('errors.field.invalid')];
    }),
  );
}
