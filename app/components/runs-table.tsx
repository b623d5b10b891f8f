import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunView } from '../sync/runs/read-runs.ts';
import { StateBadge } from './state-badge.tsx';
import { BlockStack, Link, RecordTable, Text, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

/** A run's counts in one line: only what there was. */
export function useCounts(): (run: RunView) => string {
  const { t } = useTranslation();
  return ({ counts }) => {
    const parts = (['done', 'skipped', 'held', 'failed'] as const)
      .filter((name) => counts[name] > 0)
      .map((name) => t(`run.counts.${name}`, { count: counts[name] }));
    return parts.length > 0 ? parts.join(' · ') : t('run.counts.none');
  };
}

/** A rolling run is open without anything going on; one that fell into quiet hours was put off, not cancelled. */
function shownState({ state, rolling, reason }: RunView): string {
  if (rolling && state === 'running') return 'rolling';
  return reason?.code === 'quiet-hours' ? 'put_off' : state;
}

/** Runs with what started them, how they ended, and why. */
export function RunsTable({
  runs,
  withSync = false,
  withConnection = false,
}: {
  runs: RunView[];
  withSync?: boolean;
  withConnection?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const countsOf = useCounts();
  const columns: Column<RunView>[] = [
    {
      id: 'when',
      title: t('run.when'),
      lead: true,
      cell: (run) => <Link url={`/app/activity/runs/${run.id}`}>{formats.dateTime(run.startedAt ?? run.createdAt)}</Link>,
    },
    ...(withSync ? [{ id: 'sync', title: t('run.sync'), cell: (run: RunView) => t(`sync.${run.sync}.name`) }] : []),
    ...(withConnection ? [{ id: 'connection', title: t('common.connection'), cell: (run: RunView) => run.connectionName }] : []),
    {
      id: 'door',
      title: t('run.startedBy'),
      cell: (run) => (run.startedBy ? t('run.byPerson', { name: run.startedBy }) : t(`run.door.${run.door}`)),
    },
    {
      id: 'state',
      title: t('common.state'),
      cell: (run) => (
        <BlockStack gap="050">
          <span>
            <StateBadge of="run" state={shownState(run)} />
          </span>
          {run.reason ? <Text as="span">{words.reason(run.reason.code, run.reason.params, run.connector)}</Text> : null}
        </BlockStack>
      ),
    },
    { id: 'counts', title: t('run.result'), cell: (run) => countsOf(run) },
  ];
  return <RecordTable caption={t('run.caption')} columns={columns} rows={runs} rowKey={({ id }) => id} empty={t('run.none')} />;
}
