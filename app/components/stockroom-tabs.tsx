import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionChoice } from './connection-choice.tsx';
import { BlockStack, Tabs } from './ui/index.ts';

const pages = ['orders', 'pick-list', 'stock', 'returns', 'facilities', 'tokens'] as const;

/** The pages of a Stockroom, and the choice between several. */
export function StockroomTabs({ current, connectionId }: { current: (typeof pages)[number]; connectionId: string }): ReactNode {
  const { t } = useTranslation();
  return (
    <BlockStack gap="300">
      <ConnectionChoice current={connectionId} connector="stockroom" />
      <Tabs
        label={t('nav.stockroom')}
        items={pages.map((id) => ({
          id,
          label: t(`stockroom.tabs.${id}`),
          url: `/app/stockroom/${id}?connection=${connectionId}`,
          current: id === current,
        }))}
      />
    </BlockStack>
  );
}
