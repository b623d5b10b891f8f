import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { PublicPage } from '../components/public-page.tsx';
import { operator } from './_shared/operator.server.ts';

/** What the App Store's listing links to for help. */
export const loader = () => operator();

const sections = ['first', 'tell', 'urgent'] as const;

export default function Support(): ReactNode {
  const { name, email } = useLoaderData<typeof loader>();
  return <PublicPage page="support" sections={sections} values={{ name, email }} email={email} />;
}
