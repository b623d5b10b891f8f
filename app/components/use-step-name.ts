import { useTranslation } from 'react-i18next';

const mark = '\u0000';

/** A step of a connection test in the connector's words. Where they have no blank for the detail it is added. */
export function useStepName(connector: string): (step: string, detail?: string | null) => string {
  const { t, i18n } = useTranslation();
  return (step, detail) => {
    const key = `${connector}:check.${step}`;
    if (!i18n.exists(key)) return detail ? t('connections.stepDetail', { step, detail }) : step;
    const text = t(key, { detail: detail ?? '' });
    return detail && !t(key, { detail: mark }).includes(mark) ? t('connections.stepDetail', { step: text, detail }) : text;
  };
}
