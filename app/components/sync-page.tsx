import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import type { SyncPageView } from '../sync/runs/read-sync-page.ts';
import { ConnectionChoice } from './connection-choice.tsx';
import { ProblemGroups } from './problem-groups.tsx';
import { useRunProgress } from './run-progress.tsx';
import { RunsTable } from './runs-table.tsx';
import { SyncCard } from './sync-card.tsx';
import { SyncSchedule } from './sync-schedule.tsx';
import { SyncSettings } from './sync-settings.tsx';
import { BlockStack, Box, Card, InlineStack, Link, Page, Text } from './ui/index.ts';

interface SyncPageProps {
  view: SyncPageView;
  fields: FieldView[];
  minimumInterval: number;
  /** Whether the connection is active. */
  active: boolean;
  now: string;
  /** What has to be said before everything else. */
  notice?: ReactNode;
  /** What has to be decided before it is first switched on; stands where its status will be. */
  first?: ReactNode;
  /** What stands below the settings. */
  extra?: ReactNode;
  /** The table of records with its filters. */
  children: ReactNode;
}

/** What was to be decided when the page was opened stays until its answer has led elsewhere: success takes its reason away before it is told. */
function Undecided({ open, first, children }: { open: boolean; first: ReactNode; children: ReactNode }): ReactNode {
  const [asks] = useState(open);
  return asks ? first : children;
}

/** The page of one sync: its switch and settings, what needs somebody, its records, its recent runs. */
export function SyncPage({
  view,
  fields,
  minimumInterval,
  active,
  now,
  notice,
  first,
  extra,
  children,
}: SyncPageProps): ReactNode {
  const { t } = useTranslation();
  const { sync, settings, recent, groups } = view;
  const { kind, connectionId } = sync;
  const progress = useRunProgress(connectionId, sync.running, now);
  return (
    <Page title={t(`sync.${kind}.name`)} subtitle={t(`sync.${kind}.what`)}>
      <BlockStack gap="400">
        <ConnectionChoice current={connectionId} />
        {notice}
        <Undecided
          key={`status ${connectionId}`}
          open={first !== undefined && sync.neverOn && sync.running.length === 0}
          first={first}
        >
          <SyncCard sync={sync} running={progress.runs} now={progress.now} linked={false} active={active} />
        </Undecided>
        <ProblemGroups groups={groups} />
        <SyncSettings key={connectionId} connectionId={connectionId} kind={kind} fields={fields} stored={settings} />
        <SyncSchedule
          key={`schedule ${connectionId}`}
          connectionId={connectionId}
          kind={kind}
          schedule={sync.schedule}
          minimumInterval={minimumInterval}
        />
        {extra}
        <Card padding="0">{children}</Card>
        <Card padding="0">
          <Box padding="400" paddingBlockEnd="200">
            <InlineStack align="space-between">
              <Text as="h2" variant="headingMd">
                {t('run.recent')}
              </Text>
              <Link url={`/app/activity?connection=${connectionId}&sync=${kind}`}>{t('run.all')}</Link>
            </InlineStack>
          </Box>
          <RunsTable runs={recent} />
        </Card>
      </BlockStack>
    </Page>
  );
}
