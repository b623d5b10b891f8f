import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

/** The app's address as the admin opens it. Opened outside the admin it says where to go; it never asks for a shop's domain. */
export function loader({ request }: LoaderFunctionArgs) {
  const { searchParams } = new URL(request.url);
  if (searchParams.get('shop')) throw redirect(`/app?${searchParams.toString()}`);
  return null;
}

export default function Outside(): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="cd-failure">
      <h1>{t('outside.title')}</h1>
      <p>{t('outside.body')}</p>
    </main>
  );
}
