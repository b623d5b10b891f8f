import { useNavigate, useRevalidator } from '@remix-run/react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Checkbox, ChoiceList, InlineStack, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

const LOOK_AGAIN_MS = 2_000;

interface FirstStockProps {
  connectionId: string;
  backOffice: string;
  /** What is suggested: Shopify's numbers where the back office begins empty; null where it lets nobody set stock. */
  suggested: 'shopify' | 'own' | null;
  /** Shipments were never on: they may come on with it. */
  withShipments: boolean;
  /** The products are on their way there: their stock can be handed over once they have arrived. */
  waits: boolean;
}

/** Asked once, before stock is first switched on: whose numbers count from the start. Until it is answered nothing is published. */
export function FirstStock({ connectionId, backOffice, suggested, withShipments, waits }: FirstStockProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const navigate = useNavigate();
  const [from, setFrom] = useState<string>(suggested ?? 'own');
  const [shipments, setShipments] = useState(withShipments);
  const begin = useAction({ onDone: () => navigate(`/app?connection=${connectionId}`) });
  const waiting = waits && from === 'shopify';
  const { revalidate } = useRevalidator();
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(revalidate, LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [waiting, revalidate]);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('inventory.first.title', { name: backOffice })}
          </Text>
          <Text as="p" tone="subdued">
            {t('inventory.first.what', { name: backOffice })}
          </Text>
        </BlockStack>
        {suggested === null ? null : (
          <ChoiceList
            title={t('inventory.first.from')}
            choices={(['shopify', 'own'] as const).map((value) => ({
              value,
              label: t(`inventory.first.${value}.label`, { name: backOffice }),
              helpText: t(`inventory.first.${value}.help`, { name: backOffice }),
            }))}
            selected={[from]}
            disabled={!may}
            onChange={([chosen = 'own']) => setFrom(chosen)}
          />
        )}
        {withShipments ? (
          <Checkbox
            label={t('inventory.first.shipments')}
            helpText={t('inventory.first.shipmentsHelp', { name: backOffice })}
            checked={shipments}
            disabled={!may}
            onChange={setShipments}
          />
        ) : null}
        <FailureBanner failure={begin.failure} />
        {waiting ? (
          <Text as="p" tone="subdued">
            {t('inventory.first.waits', { name: backOffice })}
          </Text>
        ) : null}
        <InlineStack>
          <Button
            variant="primary"
            disabled={!may || waiting}
            loading={begin.busy}
            onClick={() => begin.run({ intent: 'first-on', connectionId, from, shipments })}
          >
            {t(shipments ? 'inventory.first.bothOn' : 'inventory.first.on')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
