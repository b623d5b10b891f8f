import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { noTracking, TrackingFields, trackingFor } from './tracking-fields.tsx';
import { TrackingList } from './tracking-list.tsx';
import { Badge, BlockStack, Button, Card, Confirm, Divider, InlineStack, Link, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFormats } from './use-formats.ts';

/** A parcel as its page's loader sends it. */
export interface ParcelJson {
  id: string;
  label: string;
  state: 'packed' | 'shipped' | 'cancelled';
  tracking: { number: string; carrier: string | null; url: string | null }[];
  packedAt: string;
  shippedAt: string | null;
  lines: { lineId: string; sku: string; quantity: number }[];
}

const tones = { packed: 'attention', shipped: 'success', cancelled: undefined } as const;

function Parcel({ parcel, slipUrl }: { parcel: ParcelJson; slipUrl: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const action = useAction({ onDone: () => setEditing(false) });
  const first = parcel.tracking[0];
  const [tracking, setTracking] = useState(
    first ? { number: first.number, carrier: first.carrier ?? '', url: first.url ?? '' } : noTracking,
  );
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const disabled = !may || action.busy;
  const tone = tones[parcel.state];
  const packed = parcel.state === 'packed';
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">
          {parcel.label}
        </Text>
        <Badge {...(tone ? { tone } : {})}>{t(`stockroom.parcelState.${parcel.state}`)}</Badge>
        <Text as="span" tone="subdued">
          {formats.dateTime(parcel.shippedAt ?? parcel.packedAt)}
        </Text>
      </InlineStack>
      <Text as="p">{parcel.lines.map(({ sku, quantity }) => t('returns.line', { sku, count: quantity })).join(', ')}</Text>
      {packed || editing ? null : <TrackingList tracking={parcel.tracking} />}
      <FailureBanner failure={action.failure} />
      {packed || editing ? <TrackingFields value={tracking} disabled={disabled} onChange={setTracking} /> : null}
      <InlineStack gap="300" blockAlign="center">
        {packed ? (
          <>
            <Button
              variant="primary"
              disabled={disabled}
              loading={action.busy}
              onClick={() => action.run({ intent: 'ship-parcel', shipment: parcel.id, tracking: trackingFor(tracking) })}
            >
              {t('stockroom.shipParcel')}
            </Button>
            <Button disabled={disabled} onClick={() => action.run({ intent: 'unpack', shipment: parcel.id })}>
              {t('stockroom.unpack')}
            </Button>
          </>
        ) : null}
        {parcel.state === 'shipped' ? (
          editing ? (
            <>
              <Button
                disabled={disabled}
                loading={action.busy}
                onClick={() => action.run({ intent: 'tracking', shipment: parcel.id, tracking: trackingFor(tracking) })}
              >
                {t('common.save')}
              </Button>
              <Button variant="plain" onClick={() => setEditing(false)}>
                {t('common.cancel')}
              </Button>
            </>
          ) : (
            <>
              <Button variant="plain" disabled={disabled} onClick={() => setEditing(true)}>
                {t('stockroom.correctTracking')}
              </Button>
              <Button variant="plain" tone="critical" disabled={disabled} onClick={() => setAsking(true)}>
                {t('stockroom.recall')}
              </Button>
            </>
          )
        ) : null}
        {parcel.state === 'cancelled' ? null : <Link url={slipUrl}>{t('stockroom.slip')}</Link>}
      </InlineStack>
      <Confirm
        id={`recall-${parcel.id}`}
        open={asking}
        title={t('stockroom.recallTitle', { parcel: parcel.label })}
        action={t('stockroom.recall')}
        destructive
        onClose={() => setAsking(false)}
        onConfirm={() => action.run({ intent: 'recall', shipment: parcel.id })}
      >
        <Text as="p">{t('stockroom.recallBody')}</Text>
      </Confirm>
    </BlockStack>
  );
}

/** The parcels of an order: packed ones to be shipped, shipped ones with their tracking. */
export function Parcels({
  parcels,
  orderId,
  connectionId,
}: {
  parcels: ParcelJson[];
  orderId: string;
  connectionId: string;
}): ReactNode {
  const { t } = useTranslation();
  if (parcels.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('order.parcels')}
        </Text>
        {parcels.map((parcel, index) => (
          <BlockStack key={`${parcel.id} ${parcel.state}`} gap="400">
            {index > 0 ? <Divider /> : null}
            <Parcel
              parcel={parcel}
              slipUrl={`/app/stockroom/orders/${orderId}/slip?connection=${connectionId}&parcel=${parcel.id}`}
            />
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
