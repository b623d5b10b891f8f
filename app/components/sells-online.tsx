import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { StockPlace } from '../sync/inventory/read-stock-places.ts';
import { FailureBanner } from './failure-banner.tsx';
import { ScopeNeeded } from './scope-needed.tsx';
import { useMay } from './shop-context.tsx';
import { Banner, BlockStack, Button, InlineStack, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useScope } from './use-scope.ts';

/** A location that would sell online what another one shows too: switch that off in Shopify, or publish all the same. */
export function SellsOnline({ connectionId, place }: { connectionId: string; place: StockPlace }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const scope = useScope('write_locations');
  const action = useAction();
  const { locationId } = place;
  return (
    <Banner tone="warning" title={t('inventory.online.title', { location: place.locationName })}>
      <BlockStack gap="200">
        <Text as="p">{t('inventory.online.body')}</Text>
        <FailureBanner failure={action.failure} />
        {scope.declined ? <ScopeNeeded scope="write_locations" access={scope} /> : null}
        <InlineStack gap="200">
          <Button
            disabled={!may}
            loading={action.busy || scope.busy}
            onClick={() => scope.ask(() => action.run({ intent: 'offline', connectionId, locationId }))}
          >
            {t('inventory.online.switchOff')}
          </Button>
          <Button
            variant="plain"
            disabled={!may || action.busy}
            onClick={() => action.run({ intent: 'anyway', connectionId, locationId })}
          >
            {t('inventory.online.anyway')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Banner>
  );
}
