import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProblemView } from '../sync/problems/read-problems.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, InlineStack, Select, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';

/** Somebody who can look after a problem. */
export interface Carer {
  userId: string;
  userName: string;
}

const NOBODY = '';
const url = '/app/activity/problems';

function useCarers(staff: Carer[], gone: { userId: string; name: string } | null) {
  const { t } = useTranslation();
  const known = staff.some(({ userId }) => userId === gone?.userId);
  return [
    { value: NOBODY, label: t('problems.nobody') },
    ...staff.map(({ userId, userName }) => ({ value: userId, label: userName })),
    // Somebody who was removed since.
    ...(gone && !known ? [{ value: gone.userId, label: gone.name || t('problems.somebodyGone') }] : []),
  ];
}

/** Who looks after one problem, and what was written down about it. */
export function ProblemCare({ problem, staff }: { problem: ProblemView; staff: Carer[] }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const [typed, setTyped] = useState<string | null>(null);
  const options = useCarers(staff, problem.assignedTo);
  const assign = useAction({ url });
  const note = useAction({ url, onDone: () => setTyped(null) });
  const { id, cause, subjectLabel, assignedTo } = problem;
  return (
    <BlockStack gap="150">
      <Select
        label={t('problems.assignedOf', { label: subjectLabel })}
        labelHidden
        disabled={!may || assign.busy}
        options={options}
        value={assignedTo?.userId ?? NOBODY}
        onChange={(userId) => assign.run({ intent: 'assign', cause, ids: [id], userId: userId || null })}
      />
      {typed === null ? (
        <>
          {problem.note ? (
            <Text as="p" breakWord>
              {problem.note}
            </Text>
          ) : null}
          <Button
            size="slim"
            variant="plain"
            textAlign="left"
            disabled={!may}
            accessibilityLabel={t('problems.noteOf', { label: subjectLabel })}
            onClick={() => setTyped(problem.note)}
          >
            {problem.note ? t('problems.noteChange') : t('problems.noteAdd')}
          </Button>
        </>
      ) : (
        <>
          <TextField
            label={t('problems.noteOf', { label: subjectLabel })}
            labelHidden
            autoComplete="off"
            multiline={2}
            maxLength={1000}
            value={typed}
            onChange={setTyped}
          />
          <InlineStack gap="200">
            <Button size="slim" loading={note.busy} onClick={() => note.run({ intent: 'note', id, note: typed })}>
              {t('common.save')}
            </Button>
            <Button size="slim" variant="plain" onClick={() => setTyped(null)}>
              {t('common.cancel')}
            </Button>
          </InlineStack>
        </>
      )}
      <FailureBanner failure={assign.failure ?? note.failure} />
    </BlockStack>
  );
}

/** Gives all problems of a cause to somebody. */
export function AssignAll({
  count,
  staff,
  choice,
}: {
  count: number;
  staff: Carer[];
  choice: { cause: string; connectionId: string | null; detail?: string };
}): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const [who, setWho] = useState(NOBODY);
  const options = useCarers(staff, null);
  const assign = useAction({ url });
  return (
    <Card>
      <BlockStack gap="200">
        <InlineStack gap="200" blockAlign="end">
          <Select label={t('problems.assignAll', { count })} disabled={!may} options={options} value={who} onChange={setWho} />
          <Button
            disabled={!may}
            loading={assign.busy}
            onClick={() => assign.run({ intent: 'assign', ...choice, userId: who || null })}
          >
            {t('problems.assign')}
          </Button>
        </InlineStack>
        <FailureBanner failure={assign.failure} />
      </BlockStack>
    </Card>
  );
}
