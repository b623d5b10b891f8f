import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { PublicPage } from '../components/public-page.tsx';
import { retentionDays } from '../privacy/purge.ts';
import { operator } from './_shared/operator.server.ts';

/** What the App Store's listing links to as the privacy policy; its numbers are those that the product keeps to. */
export const loader = () => ({ ...operator(), days: retentionDays });

const sections = ['what', 'why', 'where', 'stored', 'kept', 'deleted', 'security', 'rights'] as const;

export default function Privacy(): ReactNode {
  const { days, name, email } = useLoaderData<typeof loader>();
  return <PublicPage page="privacy" sections={sections} values={{ ...days, name, email }} email={email} />;
}
