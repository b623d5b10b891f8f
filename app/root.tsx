import type { LinksFunction } from '@remix-run/node';
import { Links, Meta, Outlet, Scripts, useMatches, useRouteLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import polarisStyles from './components/ui/polaris-styles.ts';
import { FailurePage } from './components/failure-page.tsx';
import { saysFirstOnly, useMessagesOfPage } from './components/use-messages-of-page.ts';
import { env } from './env.server.ts';
import appStyles from './components/ui/app.css?url';

const shopifyAppBridge = 'https://cdn.shopify.com/shopifycloud/app-bridge.js';

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'stylesheet', href: polarisStyles },
  { rel: 'stylesheet', href: appStyles },
];

export function loader(): { apiKey: string; appBridgeUrl: string } {
  return { apiKey: env.SHOPIFY_API_KEY, appBridgeUrl: env.APP_BRIDGE_URL ?? shopifyAppBridge };
}

export const shouldRevalidate = (): boolean => false;

/**
 * Every document, broken ones too. There is no ScrollRestoration: it needs sessionStorage, which browsers refuse to third-party
 * frames. App Bridge asks to be the first script; it reads the key from the meta element before it.
 */
export function Layout({ children }: { children: ReactNode }): ReactNode {
  const data = useRouteLoaderData<typeof loader>('root');
  const { i18n } = useTranslation();
  const messages = useMatches().some(saysFirstOnly) ? 'first' : 'all';
  return (
    <html lang={i18n.language} data-messages={messages}>
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
        <Scripts />
      </body>
    </html>
  );
}

export default function App(): ReactNode {
  useMessagesOfPage();
  return <Outlet />;
}

export function ErrorBoundary(): ReactNode {
  return <FailurePage />;
}
