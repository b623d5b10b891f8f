import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderLine } from '../stockroom/order-types.ts';
import { FailureBanner } from './failure-banner.tsx';
import { QuantityFields } from './quantity-fields.tsx';
import { useMay } from './shop-context.tsx';
import { noTracking, TrackingFields, trackingFor } from './tracking-fields.tsx';
import { BlockStack, Button, Card, InlineStack, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

/** Packs what is chosen into a parcel, or ships it at once; a part of an order is fine, the rest stays. */
export function ShipForm({ lines }: { lines: OrderLine[] }): ReactNode {
  const { t } = useTranslation();
  const may = useMay('operator');
  const action = useAction();
  const loose = lines
    .map((line) => ({ id: line.id, sku: line.sku, title: line.title, most: line.remaining - line.packed }))
    .filter(({ most }) => most > 0);
  const [values, setValues] = useState<Record<string, number>>(() => Object.fromEntries(loose.map(({ id, most }) => [id, most])));
  const [tracking, setTracking] = useState(noTracking);
  // One for what stands in the form: a second click, or the same request sent again, changes nothing.
  const [reference] = useState(() => crypto.randomUUID());
  if (loose.length === 0) return null;
  const chosen = loose.flatMap(({ id }) => ((values[id] ?? 0) > 0 ? [{ lineId: id, quantity: values[id] ?? 0 }] : []));
  const disabled = !may || action.busy;
  const send = (intent: 'pack' | 'ship'): void =>
    action.run({ intent, lines: chosen, reference, ...(intent === 'ship' ? { tracking: trackingFor(tracking), note: '' } : {}) });
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('stockroom.packAndShip')}
        </Text>
        <FailureBanner failure={action.failure} />
        <QuantityFields
          lines={loose}
          values={values}
          disabled={disabled}
          onChange={(id, quantity) => setValues({ ...values, [id]: quantity })}
        />
        <TrackingFields value={tracking} disabled={disabled} onChange={setTracking} />
        <InlineStack gap="200">
          <Button variant="primary" disabled={disabled || chosen.length === 0} loading={action.busy} onClick={() => send('ship')}>
            {t('stockroom.ship', { count: chosen.reduce((sum, { quantity }) => sum + quantity, 0) })}
          </Button>
          <Button disabled={disabled || chosen.length === 0} onClick={() => send('pack')}>
            {t('stockroom.pack')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
