import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ChosenProducts } from '../components/chosen-products.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { FilterBar } from '../components/filter-bar.tsx';
import { Pager } from '../components/pager.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { ProductsTools } from '../components/products-tools.tsx';
import { useMay } from '../components/shop-context.tsx';
import { StateBadge } from '../components/state-badge.tsx';
import { SyncPage } from '../components/sync-page.tsx';
import { Banner, BlockStack, Checkbox, Link, RecordTable, Text, type Column } from '../components/ui/index.ts';
import { useFormats } from '../components/use-formats.ts';
import { useWords } from '../components/use-words.ts';
import { nowMs } from '../core/clock.ts';
import { legacyIdOf } from '../core/gid.ts';
import { readProductExtras } from '../sync/products/read-product-page.ts';
import { listProducts, productStates, type ProductRow, type ProductState } from '../sync/products/read-products.ts';
import { oneOf, pageOf } from './_shared/page.server.ts';
import { loadSyncPage } from './_shared/sync-page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return loadSyncPage(request, 'products', async ({ shop }, connection, query) => {
    const state = oneOf(query, 'state', productStates);
    const page = pageOf(query);
    const products = await listProducts(shop.id, {
      connectionId: connection.id,
      ...(state ? { state } : {}),
      text: query.get('q') ?? '',
      page,
    });
    return { ...products, page, extras: await readProductExtras(shop.id, connection.id, nowMs()) };
  });
}

const states: readonly ProductState[] = ['linked', 'problem', 'excluded', 'new'];

export default function Products(): ReactNode {
  const { page, records, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  if (!page || !records) return <NoConnection title={t('sync.products.name')} />;
  const { sync } = page.view;
  const { connectionId } = sync;
  const ready = page.active && sync.enabled && sync.paused === null;
  const choose = (id: string, on: boolean): void => setChosen(on ? [...chosen, id] : chosen.filter((one) => one !== id));
  const columns: Column<ProductRow>[] = [
    {
      id: 'choose',
      title: t('products.choose'),
      cell: (row) => (
        <Checkbox
          label={t('products.chooseOne', { name: row.sku || row.title })}
          labelHidden
          disabled={!may || !ready}
          checked={chosen.includes(row.variantId)}
          onChange={(on) => choose(row.variantId, on)}
        />
      ),
    },
    {
      id: 'title',
      title: t('products.product'),
      lead: true,
      cell: (row) => (
        <BlockStack>
          <Link url={`/app/products/${legacyIdOf(row.productId)}`}>{row.title}</Link>
          {row.variantTitle && row.variantTitle !== 'Default Title' ? (
            <Text as="span" tone="subdued">
              {row.variantTitle}
            </Text>
          ) : null}
        </BlockStack>
      ),
    },
    { id: 'sku', title: t('products.sku'), cell: (row) => row.sku || t('products.noSku') },
    { id: 'state', title: t('common.state'), cell: (row) => <StateBadge of="product" state={row.state} /> },
    {
      id: 'reason',
      title: t('common.details'),
      cell: (row) =>
        row.problem ? (
          <ProblemNote brief cause={row.problem.cause} params={row.problem.params} connector={page.connector} />
        ) : row.reason ? (
          words.reason(row.reason.code, row.reason.params, page.connector)
        ) : row.pushedAt ? (
          <BlockStack>
            <Text as="span">{t('products.pushed', { when: formats.relative(row.pushedAt, now) })}</Text>
            {row.changed > 0 ? (
              <Text as="span" tone="subdued">
                {t('products.changed', { count: row.changed })}
              </Text>
            ) : null}
          </BlockStack>
        ) : (
          ''
        ),
    },
    { id: 'price', title: t('products.price'), numeric: true, cell: (row) => formats.money(row.price) },
  ];
  return (
    <SyncPage
      {...page}
      now={now}
      notice={
        sync.neverOn ? (
          <Banner
            tone="info"
            title={t('products.reviewFirst')}
            action={{ content: t('products.reviewOpen'), url: `/app/products/review?connection=${connectionId}` }}
          >
            <Text as="p">{t('products.reviewWhy')}</Text>
          </Banner>
        ) : null
      }
      extra={
        sync.neverOn ? null : (
          <ProductsTools
            key={`tools ${connectionId}`}
            connectionId={connectionId}
            ready={ready}
            paused={sync.paused !== null}
            extras={records.extras}
            takesUpdates={page.view.settings['backOfficeUpdates'] === true}
          />
        )
      }
    >
      <FilterBar
        search={t('products.search')}
        choices={[
          {
            name: 'state',
            label: t('common.state'),
            options: states.map((value) => ({ value, label: t(`state.product.${value}`) })),
          },
        ]}
      />
      <ChosenProducts
        connectionId={connectionId}
        chosen={chosen}
        all={records.rows.map(({ variantId }) => variantId)}
        disabled={!may || !ready}
        onChange={setChosen}
      />
      <RecordTable
        caption={t('products.caption')}
        columns={columns}
        rows={records.rows}
        rowKey={({ variantId }) => variantId}
        empty={t('products.none')}
      />
      <Pager page={records.page} hasNext={records.hasNext} />
    </SyncPage>
  );
}
