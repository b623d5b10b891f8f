import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { BlockStack, Link, Text } from './ui/index.ts';

/** Parcel numbers with their carriers, linked where the carrier's page is known. */
export function TrackingList({
  tracking,
}: {
  tracking: readonly { number: string; carrier: string | null; url: string | null }[];
}): ReactNode {
  const { t } = useTranslation();
  if (tracking.length === 0) {
    return (
      <Text as="span" tone="subdued">
        {t('shipments.noTracking')}
      </Text>
    );
  }
  return (
    <BlockStack>
      {tracking.map(({ number, carrier, url }) => (
        <span key={number} className="cd-break">
          {carrier ? `${carrier} ` : ''}
          {url ? <Link url={url}>{number}</Link> : number}
        </span>
      ))}
    </BlockStack>
  );
}
