import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ConnectionChoice } from '../components/connection-choice.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { useMay } from '../components/shop-context.tsx';
import { SuggestionsTable } from '../components/suggestions-table.tsx';
import { Banner, BlockStack, Card, Link, List, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { openConnection } from '../connections/open-connection.ts';
import { acceptSuggestions } from '../sync/setup/accept-suggestions.ts';
import { readSuggestions, type SetupSuggestions } from '../sync/setup/suggestions.ts';
import { act, pickConnection, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query) => {
    const connection = await pickConnection({ shop, actor }, query);
    if (!connection) return { connection: null, found: null };
    const { id, name } = connection;
    const found: SetupSuggestions = await readSuggestions(await openConnection(shop.id, id));
    return { connection: { id, name }, found };
  });
}

const schema = z.object({
  intent: z.literal('accept'),
  connectionId: z.uuid(),
  /** Of what was shown: nothing else is taken over. */
  keys: z.array(z.string().max(2000)).max(5000),
});

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'administrator', async ({ connectionId, keys }, { shop, actor }) => {
    const count = await acceptSuggestions(await openConnection(shop.id, connectionId), actor, keys);
    return { done: 'done.accepted', params: { count } };
  });
}

/** All suggestions of a connection on one page, taken over with one yes. */
export default function Setup(): ReactNode {
  const { connection, found } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const may = useMay('administrator');
  const accept = useAction();
  const navigate = useNavigate();
  // With nothing left to answer, the next step is the next page.
  const over =
    accept.answer?.ok === true && found !== null && found.open.length + found.locations.length + found.mappings.length === 0;
  const home = `/app?connection=${connection?.id ?? ''}`;
  useEffect(() => {
    if (over) navigate(home);
  }, [over, home, navigate]);
  if (!connection || !found) return <NoConnection title={t('suggested.title')} />;
  const keys = [...found.locations, ...found.mappings].map(({ key }) => key);
  const pages = { location: '/app/locations' } as Record<string, string>;
  return (
    <Page
      title={t('suggested.title')}
      subtitle={t('suggested.what', { name: connection.name })}
      back={{ label: t('nav.home'), url: home }}
      {...(keys.length > 0
        ? {
            primary: {
              label: t('suggested.acceptAll', { count: keys.length }),
              disabled: !may,
              loading: accept.busy,
              onAction: () => accept.run({ intent: 'accept', connectionId: connection.id, keys }),
            },
          }
        : { primary: { label: t('suggested.goOn'), url: home } })}
    >
      <BlockStack gap="400">
        <ConnectionChoice current={connection.id} />
        <FailureBanner failure={accept.failure} />
        {found.queue ? (
          <Banner tone="info" title={t('suggested.queue', { name: connection.name })}>
            <Text as="p">{t('suggested.queueWhat', { queue: found.queue })}</Text>
            <Link url="/app/locations">{t('nav.locations')}</Link>
          </Banner>
        ) : null}
        {keys.length === 0 ? (
          <Card>
            <Text as="p">{t(found.open.length > 0 ? 'suggested.noneLeft' : 'suggested.allDone')}</Text>
          </Card>
        ) : (
          <SuggestionsTable found={found} connection={connection} />
        )}
        {found.open.length > 0 ? (
          <Card>
            <BlockStack gap="200">
              <Text as="h2" variant="headingMd">
                {t('suggested.open', { count: found.open.length })}
              </Text>
              <List>
                {[...Map.groupBy(found.open, ({ kind }) => kind)].map(([kind, list]) => (
                  <List.Item key={kind}>
                    <Link url={pages[kind] ?? `/app/mappings?kind=${kind}&connection=${connection.id}`}>
                      {t(kind === 'location' ? 'nav.locations' : `mappings.${kind}.name`)}
                    </Link>
                    {`: ${list
                      .slice(0, 10)
                      .map(({ label }) => label)
                      .join(', ')}${list.length > 10 ? ' …' : ''}`}
                  </List.Item>
                ))}
              </List>
            </BlockStack>
          </Card>
        ) : null}
      </BlockStack>
    </Page>
  );
}
