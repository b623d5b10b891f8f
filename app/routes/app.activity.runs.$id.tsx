import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { RunProgress, useRunProgress } from '../components/run-progress.tsx';
import { useCounts } from '../components/runs-table.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import {
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  Confirm,
  Facts,
  InlineStack,
  Page,
  RecordTable,
  Text,
  useToast,
  type Column,
} from '../components/ui/index.ts';
import { UndoQuestion, UndoRun } from '../components/undo-run.tsx';
import { useAction } from '../components/use-action.ts';
import { useDownload } from '../components/use-download.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { supportText } from '../sync/runs/support-text.ts';
import { readUndo } from '../sync/inventory/undo/read-undo.ts';
import { readRun, type PlanLine } from '../sync/runs/read-runs.ts';
import { notFound } from './_shared/failure.server.ts';
import { oneOf, pageOf, readPage } from './_shared/page.server.ts';

const actions: readonly PlanLine['action'][] = ['create', 'update', 'zero', 'cancel', 'hold', 'skip'];

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }, query) => {
    const id = z.uuid().safeParse(params['id']);
    const action = oneOf(query, 'action', actions);
    const page = pageOf(query);
    const found = id.success ? await readRun(shop.id, id.data, { page, ...(action ? { action } : {}) }) : null;
    if (!found) throw notFound();
    const undo = await readUndo(shop.id, found.run.id);
    return { ...found, page, support: await supportText(shop.id, found.run.id), undo };
  });
}

export default function Run(): ReactNode {
  const { run, plan, lines, hasNext, page, support, undo, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const countsOf = useCounts();
  const may = useMay('operator');
  const [asking, setAsking] = useState(false);
  const approve = useAction({ url: '/app/sync-control' });
  const control = useAction({ url: '/app/sync-control' });
  const csv = useDownload();
  const toast = useToast();
  // Only what works through a list that was written down before can be paused.
  const pausable = run.sync === 'orders' && run.counts.total !== null;
  const copy = (): void => void navigator.clipboard.writeText(support).then(() => toast(t('run.copied')));
  const going = !run.rolling && (run.state === 'queued' || run.state === 'running');
  const progress = useRunProgress(run.connectionId, going ? [run] : [], now);
  const current = progress.runs.find(({ id }) => id === run.id);
  const name = t(`sync.${run.sync}.name`);
  const changes = (plan['create'] ?? 0) + (plan['update'] ?? 0) + (plan['zero'] ?? 0);
  const numbers: Column<PlanLine>[] = [
    {
      id: 'before',
      title: t('run.before'),
      numeric: true,
      cell: (line) => (line.before === null ? '–' : formats.number(line.before)),
    },
    {
      id: 'after',
      title: t('run.after'),
      numeric: true,
      cell: (line) => (line.after === null ? '–' : formats.number(line.after)),
    },
  ];
  const columns: Column<PlanLine>[] = [
    { id: 'label', title: t('run.record'), lead: true, cell: (line) => line.label },
    { id: 'action', title: t('run.action'), cell: (line) => <StateBadge of="plan" state={line.action} /> },
    ...(lines.some(({ outcome }) => outcome)
      ? [
          {
            id: 'outcome',
            title: t('run.column.outcome'),
            cell: (line: PlanLine) => (line.outcome ? t(`run.outcome.${line.outcome}`) : t('run.notYet')),
          },
        ]
      : []),
    ...(lines.some(({ before, after }) => before !== null || after !== null) ? numbers : []),
    {
      id: 'why',
      title: t('common.reason'),
      cell: (line) => (line.reason ? words.reason(line.reason.code, line.reason.params, run.connector) : ''),
    },
  ];
  return (
    <Page
      title={t('run.title', { sync: name })}
      subtitle={formats.dateTime(run.createdAt)}
      badges={<StateBadge of="run" state={run.rolling && run.state === 'running' ? 'rolling' : run.state} />}
      back={{ label: t('nav.activity'), url: '/app/activity' }}
      actions={[
        ...(pausable && going
          ? [{ label: t('run.pause'), disabled: !may, onAction: () => control.run({ intent: 'pause', runId: run.id }) }]
          : []),
        ...(run.state === 'paused'
          ? [{ label: t('run.resume'), disabled: !may, onAction: () => control.run({ intent: 'resume', runId: run.id }) }]
          : []),
        ...(Object.keys(plan).length > 0
          ? [{ label: t('run.csv'), onAction: () => csv.download(`/app/run-csv?run=${run.id}`, 'run.csv') }]
          : []),
        { label: t('run.copySupport'), onAction: copy },
      ]}
    >
      <BlockStack gap="400">
        <FailureBanner failure={approve.failure ?? control.failure} />
        {undo?.is && run.state === 'awaiting_approval' ? (
          <UndoQuestion run={run} undo={undo} />
        ) : run.state === 'awaiting_approval' ? (
          <Banner tone="warning" title={t('run.braked')}>
            <BlockStack gap="200">
              {run.reason ? <Text as="p">{words.reason(run.reason.code, run.reason.params, run.connector)}</Text> : null}
              <Text as="p">{t('run.brakedWhat')}</Text>
              <InlineStack gap="200">
                <Button disabled={!may} loading={approve.busy} onClick={() => setAsking(true)}>
                  {t('run.approve')}
                </Button>
                <Button
                  variant="plain"
                  disabled={!may || approve.busy}
                  onClick={() =>
                    approve.run({ intent: 'discard', connectionId: run.connectionId, sync: run.sync, runId: run.id })
                  }
                >
                  {t('run.discard')}
                </Button>
              </InlineStack>
            </BlockStack>
          </Banner>
        ) : run.reason ? (
          <Banner
            tone={run.state === 'failed' ? 'critical' : 'info'}
            title={words.failure(run.reason.code, run.reason.params, run.connector).title}
          >
            {run.state === 'failed' ? (
              <Text as="p">{words.failure(run.reason.code, run.reason.params, run.connector).fix}</Text>
            ) : null}
          </Banner>
        ) : null}
        <Card>
          <BlockStack gap="300">
            {current ? <RunProgress run={current} now={progress.now} /> : null}
            <Facts
              items={[
                { name: t('common.connection'), value: run.connectionName },
                {
                  name: t('run.startedBy'),
                  value: run.startedBy ? t('run.byPerson', { name: run.startedBy }) : t(`run.door.${run.door}`),
                },
                { name: t('run.started'), value: run.startedAt ? formats.dateTime(run.startedAt) : t('run.notYet') },
                { name: t('run.finished'), value: run.finishedAt ? formats.dateTime(run.finishedAt) : null },
                {
                  name: t('run.took'),
                  value:
                    run.startedAt && run.finishedAt && !run.rolling
                      ? formats.duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
                      : null,
                },
                { name: t('run.result'), value: countsOf(current ?? run) },
              ]}
            />
          </BlockStack>
        </Card>
        {undo ? <UndoRun run={run} undo={undo} /> : null}
        {Object.keys(plan).length > 0 ? (
          <Card padding="0">
            <Box padding="400" paddingBlockEnd="0">
              <BlockStack gap="100">
                <Text as="h2" variant="headingMd">
                  {t('run.plan')}
                </Text>
                <Text as="p" tone="subdued">
                  {actions
                    .filter((action) => plan[action])
                    .map((action) => t(`run.planned.${action}`, { count: plan[action] ?? 0 }))
                    .join(' · ')}
                </Text>
              </BlockStack>
            </Box>
            <FilterBar
              choices={[
                {
                  name: 'action',
                  label: t('run.action'),
                  options: actions.map((value) => ({ value, label: t(`state.plan.${value}`) })),
                },
              ]}
            />
            <RecordTable caption={t('run.plan')} columns={columns} rows={lines} rowKey={({ key }) => key} />
            <Pager page={page} hasNext={hasNext} />
          </Card>
        ) : null}
      </BlockStack>
      <Confirm
        id="approve-run"
        open={asking}
        title={t('run.approveTitle')}
        action={t('run.approve')}
        onClose={() => setAsking(false)}
        onConfirm={() => approve.run({ intent: 'approve', connectionId: run.connectionId, sync: run.sync, runId: run.id })}
      >
        <Text as="p">
          {t('run.approveBody', { count: changes, zero: formats.number(plan['zero'] ?? 0), connection: run.connectionName })}
        </Text>
      </Confirm>
    </Page>
  );
}
