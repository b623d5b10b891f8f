import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProblemView } from '../sync/problems/read-problems.ts';
import { RecordTable, type Column } from './ui/index.ts';
import { useAlertWords } from './use-alert-words.ts';
import { useProblemColumns } from './use-problem-columns.tsx';
import { useFormats } from './use-formats.ts';

/** Problems that are over: each closed by itself, with what proved it. */
export function ClosedProblems({ problems }: { problems: ProblemView[] }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const { evidence } = useAlertWords();
  const columns: Column<ProblemView>[] = [
    ...useProblemColumns(),
    { id: 'closed', title: t('alerts.closed'), cell: ({ closedAt }) => (closedAt ? formats.dateTime(closedAt) : '') },
    { id: 'evidence', title: t('alerts.evidence'), cell: (problem) => (problem.evidence ? evidence(problem.evidence) : '') },
    { id: 'who', title: t('problems.assigned'), cell: ({ assignedTo }) => assignedTo?.name ?? '' },
    { id: 'note', title: t('problems.note'), cell: ({ note }) => note },
  ];
  return (
    <RecordTable
      caption={t('problems.closed')}
      columns={columns}
      rows={problems}
      rowKey={({ id }) => id}
      empty={t('problems.noneClosed')}
    />
  );
}
