import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Tabs } from './ui/index.ts';

const urls = {
  open: '/app/alerts',
  recipients: '/app/alerts/recipients',
  log: '/app/alerts/log',
  settings: '/app/alerts/settings',
};

/** The pages of alerts: what is wrong, who is told, what was told, and how. */
export function AlertTabs({ current }: { current: keyof typeof urls }): ReactNode {
  const { t } = useTranslation();
  const ids = ['open', 'recipients', 'log', 'settings'] as const;
  return (
    <Tabs
      label={t('nav.alerts')}
      items={ids.map((id) => ({ id, label: t(`alerts.tab.${id}`), url: urls[id], current: id === current }))}
    />
  );
}
