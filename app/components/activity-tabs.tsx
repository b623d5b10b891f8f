import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Tabs } from './ui/index.ts';

/** The pages of what happened. */
export function ActivityTabs({ current }: { current: 'runs' | 'schedules' | 'problems' | 'statement' | 'changes' }): ReactNode {
  const { t } = useTranslation();
  const urls = {
    runs: '/app/activity',
    schedules: '/app/activity/schedules',
    problems: '/app/activity/problems',
    statement: '/app/activity/statement',
    changes: '/app/activity/changes',
  };
  const ids = ['runs', 'schedules', 'problems', 'statement', 'changes'] as const;
  return (
    <Tabs
      label={t('nav.activity')}
      items={ids.map((id) => ({ id, label: t(`activity.${id}`), url: urls[id], current: id === current }))}
    />
  );
}
