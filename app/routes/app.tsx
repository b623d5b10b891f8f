import type { HeadersFunction, LoaderFunctionArgs } from '@remix-run/node';
import { Outlet, useLoaderData, useRouteLoaderData } from '@remix-run/react';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailurePage } from '../components/failure-page.tsx';
import { ShopProvider, type ShopContextValue } from '../components/shop-context.tsx';
import { AppFrame } from '../components/ui/index.ts';
import { allConnectors, capabilitiesOf } from '../connections/known-connectors.ts';
import { readShopSummary } from '../connections/read-shop-summary.ts';
import { syncKinds, type Messages } from '../connectors/contract/index.ts';
import { localeOfRequest } from './_shared/locale.server.ts';
import { connectionsFor, readPage } from './_shared/page.server.ts';

/** Everything that the pages below share: the shop, its connections, and the connectors' own messages. */
export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }) => {
    const rows = await connectionsFor({ shop, actor });
    const locale = localeOfRequest(request);
    const context: ShopContextValue = {
      shop: {
        name: (await readShopSummary(shop.id)).name,
        domain: shop.domain,
        currency: shop.currency,
        timeZone: shop.timeZone,
      },
      role: actor.role,
      scopes: shop.scopes,
      connections: rows.map((row) => {
        const capabilities = capabilitiesOf(row);
        return {
          id: row.id,
          name: row.name,
          connector: row.connector,
          connectorLabel: row.label,
          active: row.state === 'active',
          favourite: row.favourite,
          offers: syncKinds.filter((kind) => kind !== 'returns' || capabilities.returns),
        };
      }),
    };
    // In the language of the document; only that language's messages travel.
    const messages: Record<string, Messages> = Object.fromEntries(
      allConnectors().map(({ id, messages: own }) => [id, (locale === 'de' ? own.de : undefined) ?? own.en]),
    );
    return { context, messages };
  });
}

/** The security headers of a thrown answer (which admin may frame it, what App Bridge should try again) must survive. */
export const headers: HeadersFunction = ({ errorHeaders, loaderHeaders, parentHeaders }) =>
  errorHeaders ?? new Headers([...parentHeaders, ...loaderHeaders]);

/** The frame round every page, with the menu; what goes wrong in a page leaves it standing. */
function Frame({ data, children }: { data: ReturnType<typeof useLoaderData<typeof loader>>; children: ReactNode }): ReactNode {
  const { context, messages } = data;
  const { t, i18n } = useTranslation();
  useMemo(() => {
    for (const [connector, own] of Object.entries(messages)) {
      if (!i18n.hasResourceBundle(i18n.language, connector)) i18n.addResourceBundle(i18n.language, connector, own);
    }
  }, [messages, i18n]);
  const stockroom = context.connections.some(({ connector }) => connector === 'stockroom');
  const pages = [
    'orders',
    'products',
    'inventory',
    'shipments',
    'returns',
    'locations',
    'mappings',
    'activity',
    'alerts',
    'connections',
    'people',
  ];
  const items = [
    ...pages.map((page) => ({ label: t(`nav.${page}`), url: `/app/${page}` })),
    ...(stockroom ? [{ label: t('nav.stockroom'), url: '/app/stockroom/orders' }] : []),
  ];
  return (
    <ShopProvider value={context}>
      <AppFrame home="/app" items={items}>
        {context.role === 'viewer' ? (
          <p className="cd-note" role="note">
            {t('people.viewerNote')}
          </p>
        ) : null}
        {children}
      </AppFrame>
    </ShopProvider>
  );
}

export default function App(): ReactNode {
  return (
    <Frame data={useLoaderData<typeof loader>()}>
      <Outlet />
    </Frame>
  );
}

export function ErrorBoundary(): ReactNode {
  const data = useRouteLoaderData<typeof loader>('routes/app');
  return data ? (
    <Frame data={data}>
      <FailurePage />
    </Frame>
  ) : (
    <FailurePage />
  );
}
