import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface PublicPageProps {
  /** Its texts: `public.<page>.title|lead` and `public.<page>.<section>.title|body`. */
  page: 'privacy' | 'support';
  sections: readonly string[];
  values: Record<string, string | number>;
  email: string;
}

/** A page that anybody may read, outside the admin. */
export function PublicPage({ page, sections, values, email }: PublicPageProps): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="cd-public">
      <h1>{t(`public.${page}.title`)}</h1>
      <p>{t(`public.${page}.lead`, values)}</p>
      {sections.map((section) => (
        <section key={section}>
          <h2>{t(`public.${page}.${section}.title`)}</h2>
          <p>{t(`public.${page}.${section}.body`, values)}</p>
        </section>
      ))}
      <p>
        <a href={`mailto:${email}`}>{email}</a>
      </p>
    </main>
  );
}
