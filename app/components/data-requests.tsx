import { useRevalidator } from '@remix-run/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner, BlockStack, Box, Button, Card, RecordTable, Text, type Column } from './ui/index.ts';
import { useDownload } from './use-download.ts';
import { useFormats } from './use-formats.ts';

/** A buyer's question what is held of them, as administrators see it. */
interface DataRequestView {
  id: string;
  at: string;
  /** Shopify's number of the customer. */
  customer: string;
  orders: string[];
  answeredAt: string | null;
}

/** The requests, each with its answer as a file; nothing where nobody ever asked. */
export function DataRequests({ requests }: { requests: DataRequestView[] }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const file = useDownload();
  const { revalidate } = useRevalidator();
  const asked = useRef(false);
  // Once its file is there the request is an answered one.
  useEffect(() => {
    if (asked.current && !file.busy) revalidate();
    asked.current = file.busy;
  }, [file.busy, revalidate]);
  if (requests.length === 0) return null;
  const columns: Column<DataRequestView>[] = [
    {
      id: 'customer',
      title: t('dataRequests.customer'),
      lead: true,
      cell: ({ customer }) => t('dataRequests.number', { customer }),
    },
    { id: 'orders', title: t('nav.orders'), cell: ({ orders }) => orders.join(', ') },
    { id: 'at', title: t('dataRequests.asked'), cell: ({ at }) => formats.dateTime(at) },
    {
      id: 'answered',
      title: t('dataRequests.answered'),
      cell: ({ answeredAt }) => (answeredAt ? formats.dateTime(answeredAt) : t('dataRequests.open')),
    },
    {
      id: 'download',
      title: t('common.actions'),
      cell: ({ id, customer }) => (
        <Button
          size="slim"
          disabled={file.busy}
          accessibilityLabel={t('dataRequests.downloadOf', { customer })}
          onClick={() => file.download(`/app/data-request?request=${id}`, `customer-${customer}.json`)}
        >
          {t('dataRequests.download')}
        </Button>
      ),
    },
  ];
  return (
    <Card padding="0">
      <BlockStack gap="200">
        <Box padding="400" paddingBlockEnd="200">
          <BlockStack gap="100">
            <Text as="h2" variant="headingMd">
              {t('dataRequests.title')}
            </Text>
            <Text as="p" tone="subdued">
              {t('dataRequests.what')}
            </Text>
          </BlockStack>
        </Box>
        {file.failed ? <Banner tone="critical" title={t('mappings.fileFailed')} /> : null}
        <RecordTable caption={t('dataRequests.title')} columns={columns} rows={requests} rowKey={({ id }) => id} />
      </BlockStack>
    </Card>
  );
}
