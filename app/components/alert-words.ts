import type { i18n } from 'i18next';
import type { AlertView } from '../alerts/alert.ts';
import type { Words } from './words.ts';

/** What alerts are called, on pages and in messages. */
export interface AlertWords {
  /** What is wrong, in one line. */
  headline: (alert: AlertView) => string;
  /** The one thing to do. */
  remedy: (alert: AlertView) => string;
  /** How we know that a problem is gone. */
  evidence: (code: string) => string;
}

export function alertWordsOf(messages: i18n, words: Words): AlertWords {
  const { t } = messages;
  const blanksOf = ({ params, connectionName }: AlertView) => ({
    ...(connectionName ? { party: connectionName, backOffice: connectionName } : {}),
    ...params,
  });
  return {
    headline(alert) {
      const { cause, count, connector, connectionName: connection } = alert;
      const what = words.failures(cause, count, blanksOf(alert), connector || null);
      if (alert.topic === 'connection') return t('alerts.headline.connection', { connection, what });
      if (alert.topic === 'failed-run') return t('alerts.headline.failedRun', { connection, what, count });
      return connection ? t('alerts.headline.ofConnection', { connection, what }) : what;
    },
    remedy: (alert) => words.failure(alert.cause, blanksOf(alert), alert.connector || null).fix,
    evidence: (code) => t(messages.exists(`evidence.${code}`) ? `evidence.${code}` : 'evidence.other'),
  };
}
