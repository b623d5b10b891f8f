import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NoConnection } from '../components/no-connection.tsx';
import { ConnectionLight, type ConnectionJson } from '../components/connection-status.tsx';
import { useMay } from '../components/shop-context.tsx';
import { BlockStack, Card, Link, Page, RecordTable, type Column } from '../components/ui/index.ts';
import { useWords } from '../components/use-words.ts';
import { listConnections } from '../connections/connections.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => ({ connections: await listConnections(shop.id) }));
}

export default function Connections(): ReactNode {
  const { connections } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay('administrator');
  if (connections.length === 0) return <NoConnection title={t('nav.connections')} />;
  const columns: Column<ConnectionJson>[] = [
    {
      id: 'name',
      title: t('connections.name'),
      lead: true,
      cell: ({ id, name }) => <Link url={`/app/connections/${id}`}>{name}</Link>,
    },
    { id: 'connector', title: t('connections.backOffice'), cell: ({ label }) => label },
    { id: 'state', title: t('common.state'), cell: (connection) => <ConnectionLight connection={connection} /> },
    {
      id: 'trouble',
      title: t('common.reason'),
      cell: ({ state, blocked, health, connector }) => {
        const failing = blocked ?? (health?.code ? { code: health.code, params: health.params } : null);
        return state === 'active' && failing ? words.failure(failing.code, failing.params, connector).title : '';
      },
    },
    {
      id: 'access',
      title: t('connections.access'),
      cell: ({ access, dryRun }) => (dryRun ? t('connections.dryRunOn') : t(`access.${access}.label`)),
    },
  ];
  return (
    <Page
      title={t('nav.connections')}
      subtitle={t('connections.what')}
      primary={{ label: t('connections.add'), url: '/app/connections/new', disabled: !may }}
    >
      <BlockStack gap="400">
        <Card padding="0">
          <RecordTable
            caption={t('nav.connections')}
            columns={columns}
            rows={connections as ConnectionJson[]}
            rowKey={({ id }) => id}
          />
        </Card>
      </BlockStack>
    </Page>
  );
}
