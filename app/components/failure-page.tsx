import { isRouteErrorResponse, useRevalidator, useRouteError } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** Shown in place of a page that could not be made: a sentence, what to do, and the number it is logged under. Needs nothing that may be broken. */
export function FailurePage(): ReactNode {
  const { t } = useTranslation();
  const error = useRouteError();
  const { revalidate, state } = useRevalidator();
  const answered = isRouteErrorResponse(error);
  const code = answered && (error.status === 404 || error.status === 403) ? String(error.status) : 'other';
  const reference =
    answered && error.data !== null && typeof error.data === 'object' && 'reference' in error.data
      ? String(error.data.reference)
      : null;
  return (
    <main className="cd-failure" role="alert">
      <h1>{t(`failurePage.${code}.title`)}</h1>
      <p>{t(`failurePage.${code}.body`)}</p>
      {reference ? <p>{t('common.reference', { reference })}</p> : null}
      {code === 'other' ? (
        <button type="button" disabled={state !== 'idle'} onClick={revalidate}>
          {t('common.tryAgain')}
        </button>
      ) : null}
    </main>
  );
}
