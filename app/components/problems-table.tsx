import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProblemView } from '../sync/problems/read-problems.ts';
import { FailureBanner } from './failure-banner.tsx';
import { ProblemCare, type Carer } from './problem-care.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Box, Button, InlineStack, RecordTable, type Column } from './ui/index.ts';
import { useCopySupport } from './use-copy-support.ts';
import { useAction } from './use-action.ts';
import { useProblemColumns } from './use-problem-columns.tsx';
import { useFormats } from './use-formats.ts';

/** Single problems, each to be tried again by itself, looked after by somebody, and noted upon. */
export function ProblemsTable({ problems, staff, now }: { problems: ProblemView[]; staff: Carer[]; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const retry = useAction({ url: '/app/sync-control' });
  const copySupport = useCopySupport();
  const columns: Column<ProblemView>[] = [
    ...useProblemColumns(),
    { id: 'last', title: t('problems.lastSeen'), cell: ({ lastSeenAt }) => formats.relative(lastSeenAt, now) },
    { id: 'times', title: t('problems.occurrences'), numeric: true, cell: ({ occurrences }) => formats.number(occurrences) },
    {
      id: 'care',
      title: t('problems.assigned'),
      field: true,
      cell: (problem) => <ProblemCare problem={problem} staff={staff} />,
    },
    {
      id: 'retry',
      title: t('problems.retry'),
      cell: ({ id, cause, connectionId, subjectLabel }) => (
        <InlineStack gap="200" blockAlign="center">
          <Button
            size="slim"
            disabled={!may || retry.busy}
            accessibilityLabel={t('problems.retryOf', { label: subjectLabel })}
            onClick={() => retry.run({ intent: 'retry', connectionId, cause, ids: [id] })}
          >
            {t('problems.retry')}
          </Button>
          <Button
            variant="plain"
            accessibilityLabel={t('problems.copyOf', { label: subjectLabel })}
            onClick={() => copySupport(id)}
          >
            {t('run.copySupport')}
          </Button>
        </InlineStack>
      ),
    },
  ];
  return (
    <BlockStack>
      {retry.failure ? (
        <Box padding="400">
          <FailureBanner failure={retry.failure} />
        </Box>
      ) : null}
      <RecordTable caption={t('problems.title')} columns={columns} rows={problems} rowKey={({ id }) => id} />
    </BlockStack>
  );
}
