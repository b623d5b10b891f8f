import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { NoConnection } from '../components/no-connection.tsx';
import { connectionGate, ConnectionLight, connectionLight, type ConnectionJson } from '../components/connection-status.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { useMay } from '../components/shop-context.tsx';
import { BlockStack, Card, InlineStack, Link, Page, RecordTable, Star, type Column } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useWords } from '../components/use-words.ts';
import { readSharedAccounts, type SharedAccount } from '../connections/shared-accounts.ts';
import { setFavourite } from '../connections/favourites.ts';
import { act, connectionsFor, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }) => ({
    connections: await connectionsFor({ shop, actor }),
    shared: await readSharedAccounts(shop.id),
  }));
}

const schema = z.object({ intent: z.literal('favourite'), connectionId: z.uuid(), on: z.boolean() });

/** A favourite is the person's own: whoever may look may have some. */
export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'viewer', async ({ connectionId, on }, { shop, actor }) => {
    await setFavourite(shop.id, actor.userId, connectionId, on);
  });
}

type Row = ConnectionJson & { favourite: boolean };

const states = ['active', 'failing', 'untested', 'deactivated'] as const;
const gates = ['read_write', 'read', 'none', 'dry-run'] as const;

/** What the address asks for: a state, what may be written, a part of the name or of the back office's. */
function wanted(row: Row, query: URLSearchParams): boolean {
  const [state, gate, text] = [query.get('state'), query.get('access'), query.get('q')?.toLowerCase() ?? ''];
  if (state && connectionLight(row) !== state) return false;
  if (gate && connectionGate(row) !== gate) return false;
  return `${row.name} ${row.label}`.toLowerCase().includes(text);
}

export default function Connections(): ReactNode {
  const { connections, shared } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay('administrator');
  const favour = useAction();
  const [query] = useSearchParams();
  if (connections.length === 0) return <NoConnection title={t('nav.connections')} />;
  const rows = (connections as Row[]).filter((row) => wanted(row, query));
  const troubleOf = ({ id, state, blocked, health, connector }: Row): string => {
    const failing = blocked ?? (health?.code ? { code: health.code, params: health.params } : null);
    if (state === 'active' && failing) return words.failure(failing.code, failing.params, connector).title;
    const double = (shared as SharedAccount[]).find(({ connectionIds }) => connectionIds.includes(id));
    return double ? t('connections.sharedShort') : '';
  };
  const columns: Column<Row>[] = [
    {
      id: 'name',
      title: t('connections.name'),
      lead: true,
      cell: ({ id, name, favourite }) => (
        <InlineStack gap="100" blockAlign="center" wrap={false}>
          <Star
            on={favourite}
            label={t(favourite ? 'connections.unfavourite' : 'connections.favourite', { name })}
            onChange={(on) => favour.run({ intent: 'favourite', connectionId: id, on })}
          />
          <Link url={`/app/connections/${id}`}>{name}</Link>
        </InlineStack>
      ),
    },
    { id: 'connector', title: t('connections.backOffice'), cell: ({ label }) => label },
    { id: 'state', title: t('common.state'), cell: (connection) => <ConnectionLight connection={connection} /> },
    { id: 'trouble', title: t('common.reason'), cell: troubleOf },
    {
      id: 'access',
      title: t('connections.access'),
      cell: (row) => (row.dryRun ? t('connections.dryRunOn') : t(`access.${row.access}.label`)),
    },
  ];
  return (
    <Page
      title={t('nav.connections')}
      subtitle={t('connections.what')}
      primary={{ label: t('connections.add'), url: '/app/connections/new', disabled: !may }}
    >
      <BlockStack gap="400">
        <FailureBanner failure={favour.failure} />
        <Card padding="0">
          <FilterBar
            search={t('connections.search')}
            choices={[
              {
                name: 'state',
                label: t('common.state'),
                options: states.map((value) => ({ value, label: t(`state.connection.${value}`) })),
              },
              {
                name: 'access',
                label: t('connections.access'),
                options: gates.map((value) => ({
                  value,
                  label: value === 'dry-run' ? t('connections.dryRun') : t(`access.${value}.label`),
                })),
              },
            ]}
          />
          <RecordTable
            caption={t('nav.connections')}
            columns={columns}
            rows={rows}
            rowKey={({ id }) => id}
            empty={t('connections.noneFound')}
          />
        </Card>
      </BlockStack>
    </Page>
  );
}
