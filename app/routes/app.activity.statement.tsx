import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { ActivityTabs } from '../components/activity-tabs.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { Pager } from '../components/pager.tsx';
import { RunProgress, useRunProgress } from '../components/run-progress.tsx';
import { StatementControls } from '../components/statement-controls.tsx';
import { StatementDifferences, type DifferenceView } from '../components/statement-differences.tsx';
import { StatementLines } from '../components/statement-lines.tsx';
import { StatementSum } from '../components/statement-sum.tsx';
import { Banner, BlockStack, Box, Card, EmptyState, InlineStack, Link, Page, Text } from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { readStatementPage } from '../sync/statement/read-statement.ts';
import { repairOrder } from '../sync/statement/repair.ts';
import { actionOf, type ListedKind } from '../sync/statement/repair-actions.ts';
import { startRepair } from '../sync/statement/start-repair.ts';
import {
  periods,
  periodSchema,
  statementKinds,
  type Bucket,
  type StatementKind,
  type Sums,
} from '../sync/statement/statement.ts';
import { startSync } from '../sync/runs/start-sync.ts';
import { act, pageOf, pickConnection, readPage } from './_shared/page.server.ts';
import { lineFilterOf } from './_shared/statement.server.ts';

/** What is open, by kind and reason, with what can be done about all of it. */
function differencesOf(sums: Sums): DifferenceView[] {
  const kinds: ListedKind[] = ['order', 'gone', 'shipment', 'level'];
  return kinds.flatMap((kind) =>
    (sums[kind]?.reasons ?? [])
      .filter(({ bucket }) => bucket === 'gap')
      .map(({ code, count }) => ({ kind, code, count, action: actionOf(kind, 'gap', code) })),
  );
}

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query) => {
    const connection = await pickConnection({ shop, actor }, query);
    if (!connection) return { view: null };
    const filter = lineFilterOf(query);
    const runId = z.uuid().safeParse(query.get('statement')).data;
    const page = pageOf(query);
    const read = await readStatementPage(shop.id, connection.id, { ...filter, page, ...(runId ? { runId } : {}) });
    return {
      view: {
        ...{ connectionId: connection.id, connector: connection.connector, filter, page, read },
        kinds: [...statementKinds],
        periods: [...periods],
        open: read.statement ? differencesOf(read.statement.sums) : [],
      },
    };
  });
}

const schema = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('make'), connectionId: z.uuid(), period: periodSchema }),
  z.object({ intent: z.literal('repair'), connectionId: z.uuid(), order: repairOrder.required({ kind: true, bucket: true }) }),
]);

export function action({ request }: ActionFunctionArgs) {
  return act(request, schema, 'operator', async (input, { shop, actor }) => {
    const by = actor.userId ?? actor.userName;
    if (input.intent === 'repair') {
      await startRepair(shop.id, input.connectionId, input.order, by);
      return { done: 'done.repairStarted' };
    }
    const { connectionId, period } = input;
    await startSync({ shopId: shop.id, connectionId, sync: 'statement', task: 'full', argument: String(period), startedBy: by });
    return { done: 'done.statementStarted' };
  });
}

type View = NonNullable<ReturnType<typeof useLoaderData<typeof loader>>['view']>;

function Sheet({ view, now }: { view: View; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const { connectionId, connector, read, filter, open } = view;
  const { statement } = read;
  const make = useAction();
  const repair = useAction();
  const progress = useRunProgress(connectionId, read.running, now);
  const going = progress.runs.filter(({ sync }) => sync === 'statement');
  const working = going.length > 0;
  const urlOf = (kind: StatementKind, bucket: Bucket, code?: string): string => {
    const query = new URLSearchParams({
      connection: connectionId,
      ...(statement ? { statement: statement.runId } : {}),
      kind,
      bucket,
    });
    if (code !== undefined) query.set('code', code);
    return `/app/activity/statement?${query.toString()}`;
  };
  const repairOf = (order: Record<string, string>): void =>
    repair.run({ intent: 'repair', connectionId, order: { statement: statement?.runId, ...order } });
  const sums = statement?.sums ?? {};
  const all = [sums.order, sums.gone, sums.shipment, sums.level];
  const total = (name: 'found' | 'repaired'): number => all.reduce((sum, one) => sum + (one?.[name] ?? 0), 0);
  const notesOf = (kind: StatementKind): string[] =>
    kind === 'order' && sums.gone ? [t('statement.gone', { count: sums.gone.total })] : [];
  const base = `/app/activity/statement?connection=${connectionId}${statement ? `&statement=${statement.runId}` : ''}`;
  const heading = filter.bucket
    ? t('statement.linesOf', {
        kind: t(`statement.title.${filter.kind ?? 'order'}`),
        bucket: t(`statement.bucket.${filter.kind ?? 'order'}.${filter.bucket}`),
      })
    : filter.differences
      ? t('statement.differences')
      : t('statement.allLines');
  return (
    <BlockStack gap="400">
      <StatementControls
        connectionId={connectionId}
        page={read}
        periods={view.periods}
        busy={make.busy || working}
        onMake={(period) => make.run({ intent: 'make', connectionId, period })}
      />
      <FailureBanner failure={make.failure ?? repair.failure} />
      {going.map((run) => (
        <Card key={run.id}>
          <BlockStack gap="200">
            <Text as="h2" variant="headingSm">
              {t('statement.making')}
            </Text>
            <RunProgress run={run} now={progress.now} />
          </BlockStack>
        </Card>
      ))}
      {statement ? (
        <>
          <StatementDifferences
            open={open}
            orders={sums.order?.total ?? 0}
            found={total('found')}
            repaired={total('repaired')}
            connector={connector}
            busy={repair.busy || working}
            onRepairAll={({ kind, code }) => repairOf({ kind, bucket: 'gap', code })}
          />
          {statement.webhooks && statement.webhooks.silent > 0 ? (
            <Banner tone="warning" title={t('statement.silentTitle')}>
              <BlockStack gap="100">
                <Text as="p">{t('statement.silent', { count: statement.webhooks.silent })}</Text>
                {statement.webhooks.lastAt ? (
                  <Text as="p">{t('statement.lastWebhook', { when: formats.dateTime(statement.webhooks.lastAt) })}</Text>
                ) : null}
              </BlockStack>
            </Banner>
          ) : null}
          {view.kinds.map((kind) => {
            const sum = sums[kind];
            return sum ? (
              <StatementSum
                key={kind}
                kind={kind}
                sum={sum}
                connector={connector}
                urlOf={(bucket, code) => urlOf(kind, bucket, code)}
                notes={notesOf(kind)}
              />
            ) : null;
          })}
          {sums.levelsUnread ? (
            <Banner tone="warning" title={t('statement.unread')}>
              <Text as="p">{words.failure(sums.levelsUnread.code, sums.levelsUnread.params, connector).title}</Text>
            </Banner>
          ) : null}
          <Card padding="0">
            <Box padding="400" paddingBlockEnd="200">
              <InlineStack align="space-between" gap="200">
                <Text as="h2" variant="headingMd">
                  {heading}
                </Text>
                {filter.differences ? (
                  <Link url={`${base}&all=1`}>{t('statement.showAll')}</Link>
                ) : (
                  <Link url={base}>{t('statement.showDifferences')}</Link>
                )}
              </InlineStack>
            </Box>
            <StatementLines
              lines={read.lines}
              connector={connector}
              busy={repair.busy || working}
              empty={
                !statement.hasLines
                  ? t('statement.linesGone')
                  : filter.differences
                    ? t('statement.noDifferences')
                    : t('statement.noLines')
              }
              onRepair={({ kind, bucket, code, id }) => repairOf({ kind, bucket, code, id })}
            />
            <Pager page={view.page} hasNext={read.hasNext} />
          </Card>
        </>
      ) : working ? null : (
        <Card>
          <EmptyState heading={t('statement.none')} image="">
            <Text as="p">{t('statement.noneBody')}</Text>
          </EmptyState>
        </Card>
      )}
    </BlockStack>
  );
}

export default function StatementRoute(): ReactNode {
  const { view, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  if (!view) return <NoConnection title={t('activity.statement')} />;
  return (
    <Page title={t('nav.activity')} subtitle={t('statement.what')}>
      <BlockStack gap="400">
        <ActivityTabs current="statement" />
        <Sheet key={view.connectionId} view={view} now={now} />
      </BlockStack>
    </Page>
  );
}
