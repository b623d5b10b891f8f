import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, ScrollRestoration, useLoaderData, useRouteLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import polarisStyles from './components/ui/polaris-styles.ts';
import { FailurePage } from './components/failure-page.tsx';
import { env } from './env.server.ts';
import { localeOfRequest } from './routes/_shared/locale.server.ts';
import appStyles from './components/ui/app.css?url';

const shopifyAppBridge = 'https://cdn.shopify.com/shopifycloud/app-bridge.js';

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'stylesheet', href: polarisStyles },
  { rel: 'stylesheet', href: appStyles },
];

export function loader({ request }: LoaderFunctionArgs): { apiKey: string; appBridgeUrl: string; locale: string } {
  return { apiKey: env.SHOPIFY_API_KEY, appBridgeUrl: env.APP_BRIDGE_URL ?? shopifyAppBridge, locale: localeOfRequest(request) };
}

export const shouldRevalidate = (): boolean => false;

/** Every document, broken ones too. App Bridge asks to be the first script; it reads the key from the meta element before it. */
export function Layout({ children }: { children: ReactNode }): ReactNode {
  const data = useRouteLoaderData<typeof loader>('root');
  const { i18n } = useTranslation();
  return (
    <html lang={i18n.language}>
      <head>
        <meta charSet="utf-8" />
        {data ? <meta name="shopify-api-key" content={data.apiKey} /> : null}
        {data ? <script src={data.appBridgeUrl} /> : null}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Crossdock</title>
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  );
}

export default function App(): ReactNode {
  useLoaderData<typeof loader>();
  return <Outlet />;
}

export function ErrorBoundary(): ReactNode {
  return <FailurePage />;
}
