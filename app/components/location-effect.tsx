import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocationEffect } from '../sync/shop/location-effect.ts';
import { BlockStack, List, Text } from './ui/index.ts';

/** What changing or removing the mapping of locations does to orders and stock. */
export function LocationEffects({ effects }: { effects: LocationEffect[] }): ReactNode {
  const { t } = useTranslation();
  return (
    <BlockStack gap="200">
      {effects.map(({ locationId, name, openOrders, levels, heir }) => (
        <BlockStack gap="100" key={locationId}>
          <Text as="h3" variant="headingSm">
            {name}
          </Text>
          <List>
            <List.Item>{t('locations.effectOrders', { count: openOrders })}</List.Item>
            <List.Item>
              {heir === null ? t('locations.effectLevels', { count: levels }) : t('locations.effectHeir', { location: heir })}
            </List.Item>
          </List>
        </BlockStack>
      ))}
    </BlockStack>
  );
}
