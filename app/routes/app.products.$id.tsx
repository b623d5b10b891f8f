import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from '../components/failure-banner.tsx';
import { FieldChanges } from '../components/field-changes.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import {
  Banner,
  BlockStack,
  Box,
  Button,
  Card,
  InlineStack,
  Link,
  Page,
  RecordTable,
  Text,
  type Column,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { readProductPage, type ProductConnectionView, type ProductVariantView } from '../sync/products/read-product-page.ts';
import { notFound } from './_shared/failure.server.ts';
import { readPage } from './_shared/page.server.ts';

export function loader({ request, params }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop }) => {
    const id = params['id'] ?? '';
    const product = /^\d{1,20}$/.test(id) ? await readProductPage(shop.id, `gid://shopify/Product/${id}`) : null;
    if (!product) throw notFound();
    return { product, legacyId: id };
  });
}

/** Ids that no person reads are cut: what is linked is what counts. */
const shortId = (id: string): string => (id.length > 20 ? `${id.slice(0, 8)}…` : id);

/** Where one product stands with one back office. */
function InBackOffice({
  connection,
  productId,
  now,
}: {
  connection: ProductConnectionView;
  productId: string;
  now: string;
}): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const action = useAction<{ runId: string }>({ url: '/app/products-control' });
  const started = action.answer?.ok ? action.answer.result?.runId : undefined;
  const columns: Column<ProductVariantView>[] = [
    { id: 'title', title: t('products.variant'), lead: true, cell: (row) => row.title || t('products.onlyVariant') },
    { id: 'code', title: t('products.sku'), cell: (row) => row.code || t('products.noSku') },
    { id: 'state', title: t('common.state'), cell: (row) => <StateBadge of="product" state={row.state} /> },
    {
      id: 'remote',
      title: t('products.recordThere'),
      cell: (row) =>
        row.remoteUrl ? <Link url={row.remoteUrl}>{shortId(row.remoteId ?? '')}</Link> : shortId(row.remoteId ?? '–'),
    },
    {
      id: 'stock',
      title: t('products.stock'),
      cell: (row) => (
        <BlockStack>
          {row.stock.map(({ facilityName, available }) => (
            <Text as="span" key={facilityName}>
              {t('products.stockAt', {
                facility: facilityName,
                units: available === null ? t('products.stockUnknown') : formats.number(available),
              })}
            </Text>
          ))}
        </BlockStack>
      ),
    },
    {
      id: 'last',
      title: t('products.lastSync'),
      cell: (row) => (
        <BlockStack gap="100">
          {row.problem ? (
            <ProblemNote cause={row.problem.cause} params={row.problem.params} connector={connection.connector} />
          ) : row.reason ? (
            words.reason(row.reason.code, row.reason.params, connection.connector)
          ) : null}
          {row.pushedAt ? <Text as="span">{t('products.pushed', { when: formats.relative(row.pushedAt, now) })}</Text> : null}
          {row.changes.length > 0 ? <FieldChanges changes={row.changes} /> : null}
        </BlockStack>
      ),
    },
  ];
  return (
    <Card padding="0">
      <Box padding="400" paddingBlockEnd="200">
        <BlockStack gap="200">
          <InlineStack align="space-between" blockAlign="center" gap="200">
            <Text as="h2" variant="headingMd">
              {connection.name}
            </Text>
            <InlineStack gap="300" blockAlign="center">
              {started ? <Link url={`/app/activity/runs/${started}`}>{t('sync.openRun')}</Link> : null}
              <Button
                disabled={!may || !connection.enabled}
                loading={action.busy}
                onClick={() => action.run({ intent: 'chosen', connectionId: connection.id, ids: [productId] })}
              >
                {t('sync.runNow')}
              </Button>
            </InlineStack>
          </InlineStack>
          {connection.enabled ? null : (
            <Text as="p" tone="subdued">
              {t('products.syncOff')}
            </Text>
          )}
          <FailureBanner failure={action.failure} />
        </BlockStack>
      </Box>
      <RecordTable
        caption={t('products.inBackOffice', { name: connection.name })}
        columns={columns}
        rows={connection.variants}
        rowKey={({ variantId }) => variantId}
      />
    </Card>
  );
}

export default function Product(): ReactNode {
  const { product, legacyId, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  return (
    <Page
      title={product.title}
      {...(product.productType ? { subtitle: product.productType } : {})}
      back={{ label: t('nav.products'), url: '/app/products' }}
      actions={[{ label: t('products.openInShopify'), url: `shopify://admin/products/${legacyId}` }]}
    >
      <BlockStack gap="400">
        {product.deleted ? <Banner tone="info" title={t('reasons.deleted')} /> : null}
        {product.connections.length === 0 ? (
          <Banner tone="warning" title={t('products.noConnection')} />
        ) : (
          product.connections.map((connection) => (
            <InBackOffice key={connection.id} connection={connection} productId={product.productId} now={now} />
          ))
        )}
        {product.variants > 100 ? (
          <Text as="p" tone="subdued">
            {t('products.firstVariants', { count: product.variants })}
          </Text>
        ) : null}
      </BlockStack>
    </Page>
  );
}
