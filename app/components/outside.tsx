import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** What somebody sees who opens the app's address outside Shopify admin. */
export function Outside(): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="cd-failure">
      <h1>{t('outside.title')}</h1>
      <p>{t('outside.body')}</p>
    </main>
  );
}
