import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BacklogNotice } from '../components/backlog-notice.tsx';
import { ConnectionChoice } from '../components/connection-choice.tsx';
import { ConnectionSummary } from '../components/connection-summary.tsx';
import { ConnectionTrouble, type ConnectionJson } from '../components/connection-status.tsx';
import { DataRequestsNotice } from '../components/data-requests-notice.tsx';
import { NewValuesNotice } from '../components/new-values-notice.tsx';
import { ProblemGroups } from '../components/problem-groups.tsx';
import { useRunProgress } from '../components/run-progress.tsx';
import { SetupGuide } from '../components/setup-guide.tsx';
import { SyncCard } from '../components/sync-card.tsx';
import { Banner, BlockStack, InlineGrid, Link, Page } from '../components/ui/index.ts';
import type { FirstMessages } from '../components/use-messages-of-page.ts';
import { capabilitiesOf } from '../connections/known-connectors.ts';
import { readShopSummary, type ShopSummary } from '../connections/read-shop-summary.ts';
import { readSync } from '../connections/syncs.ts';
import { syncKinds } from '../connectors/contract/index.ts';
import { inShop } from '../db/scope.ts';
import { readNewValues, type NewValues } from '../mappings/new-values.ts';
import { may } from '../people/staff.ts';
import { countOpenDataRequests } from '../privacy/data-request.ts';
import { readBacklog, type Backlog } from '../sync/inbox/read-backlog.ts';
import { groupProblems, type ProblemGroup } from '../sync/problems/read-problems.ts';
import { readSyncViews, type SyncView } from '../sync/runs/read-sync-page.ts';
import { readSetup, type SetupState } from '../sync/setup/read-setup.ts';
import { kindsFor } from './_shared/mappings-page.server.ts';
import { pickConnection, readPage, type ConnectionRow } from './_shared/page.server.ts';

interface HomeData {
  summary: ShopSummary;
  setup: SetupState;
  connection: ConnectionRow | null;
  syncs: SyncView[];
  groups: ProblemGroup[];
  newValues: NewValues[];
  backlog: Backlog;
  /** Requests of buyers that wait for an answer; for whoever may answer them. */
  dataRequests: number;
}

export const handle: FirstMessages = { messages: 'first' };

function readSyncs(shopId: number, connection: ConnectionRow): Promise<SyncView[]> {
  const offers = syncKinds.filter((kind) => kind !== 'returns' || capabilitiesOf(connection).returns);
  return inShop(shopId, (tx) => readSyncViews(tx, shopId, connection.id, offers));
}

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query): Promise<HomeData> => {
    const connection = await pickConnection({ shop, actor }, query);
    // First: a run that ends while the rest is read is shown as still going, so that the page looks again, and shows what came of it.
    const syncs = connection ? await readSyncs(shop.id, connection) : [];
    const summary = await readShopSummary(shop.id);
    const setup = await inShop(shop.id, (tx) => readSetup(tx, shop.id, connection?.id ?? null));
    const backlog = await readBacklog(shop.id);
    const dataRequests = may(actor, 'administrator') ? await inShop(shop.id, (tx) => countOpenDataRequests(tx, shop.id)) : 0;
    const shared = { summary, setup, connection, syncs, backlog, dataRequests };
    if (!connection) return { ...shared, groups: [], newValues: [] };
    const newValues = await inShop(shop.id, async (tx) => {
      const { enabled, enabledAt: since } = await readSync(tx, shop.id, connection.id, 'orders');
      if (!enabled || since === null) return [];
      return readNewValues(tx, shop.id, { connectionId: connection.id, kinds: kindsFor(connection), since });
    });
    return { ...shared, newValues, groups: await groupProblems(shop.id) };
  });
}

export default function Home(): ReactNode {
  const { summary, setup, connection, syncs, groups, newValues, backlog, dataRequests, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const progress = useRunProgress(
    connection?.id ?? '',
    syncs.flatMap(({ running }) => running),
    now,
  );
  const ready = setup.testOrder?.stage === 'fulfilled';
  const awaiting = syncs.filter((sync) => sync.awaiting);
  return (
    <Page title={t('nav.home')} subtitle={summary.name}>
      <BlockStack gap="400">
        {connection ? <ConnectionChoice current={connection.id} /> : null}
        {connection ? <ConnectionTrouble connection={connection as ConnectionJson} /> : null}
        {awaiting.map(({ kind, awaiting: run }) =>
          run ? (
            <Banner key={kind} tone="warning" title={t('home.awaiting', { name: t(`sync.${kind}.name`) })}>
              <Link url={`/app/activity/runs/${run.id}`}>{t('home.look')}</Link>
            </Banner>
          ) : null,
        )}
        <BacklogNotice known={backlog} />
        <DataRequestsNotice count={dataRequests} />
        <ProblemGroups groups={groups} limit={3} />
        {connection ? <NewValuesNotice found={newValues} connectionId={connection.id} /> : null}
        {ready ? null : <SetupGuide setup={setup} connectionId={connection?.id ?? null} />}
        {connection && setup.tested && (ready || setup.started.length > 0) ? (
          <InlineGrid columns={{ xs: 1, md: 2 }} gap="400">
            {syncs.map((sync) => (
              <SyncCard
                key={sync.kind}
                sync={sync}
                running={progress.runs}
                now={progress.now}
                active={connection.state === 'active'}
              />
            ))}
          </InlineGrid>
        ) : null}
        <ConnectionSummary shop={summary} connection={connection as ConnectionJson | null} />
      </BlockStack>
    </Page>
  );
}
