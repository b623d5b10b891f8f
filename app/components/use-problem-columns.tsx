import { useTranslation } from 'react-i18next';
import { legacyIdOf } from '../core/gid.ts';
import type { ProblemView } from '../sync/problems/read-problems.ts';
import { Link, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

/** What every list of problems begins with: the record, what is wrong with it, and since when. */
export function useProblemColumns(): Column<ProblemView>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  return [
    {
      id: 'subject',
      title: t('problems.record'),
      lead: true,
      cell: ({ subjectKind, subjectId, subjectLabel, sync }) =>
        subjectKind === 'order' ? (
          <Link url={`/app/orders/${legacyIdOf(subjectId)}`}>{subjectLabel}</Link>
        ) : subjectKind === 'sync' ? (
          t(`sync.${sync}.name`)
        ) : (
          subjectLabel
        ),
    },
    {
      id: 'what',
      title: t('problems.problem'),
      cell: ({ cause, params, connector }) => words.failure(cause, params, connector).title,
    },
    { id: 'since', title: t('problems.since'), cell: ({ openedAt }) => formats.dateTime(openedAt) },
  ];
}
