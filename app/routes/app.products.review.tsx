import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useNavigate } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ConnectionChoice } from '../components/connection-choice.tsx';
import { FailureBanner } from '../components/failure-banner.tsx';
import { NoConnection } from '../components/no-connection.tsx';
import { ProductTypesForm } from '../components/product-types-form.tsx';
import { ReviewReportCards } from '../components/review-report.tsx';
import { RunProgress, useRunProgress } from '../components/run-progress.tsx';
import { useMay } from '../components/shop-context.tsx';
import {
  Banner,
  BlockStack,
  Button,
  Card,
  Checkbox,
  FormLayout,
  InlineStack,
  List,
  Page,
  Select,
  Text,
} from '../components/ui/index.ts';
import { useAction } from '../components/use-action.ts';
import { useFormats } from '../components/use-formats.ts';
import { inShop } from '../db/scope.ts';
import { readReview } from '../sync/products/review/read-review.ts';
import { readRunsIn, type RunView } from '../sync/runs/read-runs.ts';
import { pickConnection, readPage } from './_shared/page.server.ts';

export function loader({ request }: LoaderFunctionArgs) {
  return readPage(request, async ({ shop, actor }, query) => {
    const connection = await pickConnection({ shop, actor }, query);
    if (!connection) return { connection: null, review: null, running: [] as RunView[] };
    const { id, name } = connection;
    const { rows: running } = await inShop(shop.id, (tx) =>
      readRunsIn(tx, shop.id, { connectionId: id, sync: 'products', states: ['queued', 'running'], ownOnly: true }),
    );
    return { connection: { id, name }, review: await readReview(shop.id, id), running };
  });
}

const identifiers = ['sku', 'barcode', 'id'] as const;

export default function ProductsReview(): ReactNode {
  const { connection, review, running, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('administrator');
  const progress = useRunProgress(connection?.id ?? '', running, now);
  const look = useAction({ url: '/app/products-control' });
  const navigate = useNavigate();
  const confirm = useAction({ url: '/app/products-control', onDone: () => navigate(`/app?connection=${connection?.id ?? ''}`) });
  const [typed, setTyped] = useState<{ identifier: string; identifierFallback: string; physicalOnly: boolean } | null>(null);
  if (!connection || !review) return <NoConnection title={t('review.title')} />;
  const { report, types, outdated, enabled, missing } = review;
  const matching = typed ?? review.settings;
  const set = (change: Partial<typeof matching>): void => setTyped({ ...matching, ...change });
  const going = progress.runs.length > 0;
  const named = (value: string) => t(`settings.products.identifier.options.${value}`);
  const changed = JSON.stringify(matching) !== JSON.stringify(review.settings);
  const stale = outdated || changed;
  const ready = report !== null && !stale && types.length === 0 && missing.length === 0 && !going;
  return (
    <Page
      title={t('review.title')}
      subtitle={t('review.what', { name: connection.name })}
      back={{ label: t('nav.products'), url: `/app/products?connection=${connection.id}` }}
    >
      <BlockStack gap="400">
        <ConnectionChoice current={connection.id} />
        {enabled ? (
          <Banner
            tone="success"
            title={t('review.on')}
            action={{ content: t('nav.products'), url: `/app/products?connection=${connection.id}` }}
            secondaryAction={{ content: t('review.goOn'), url: `/app?connection=${connection.id}` }}
          />
        ) : null}
        <Card>
          <BlockStack gap="400">
            <Text as="h2" variant="headingMd">
              {t('review.matching')}
            </Text>
            <FailureBanner failure={look.failure} />
            <FormLayout>
              <Select
                label={t('settings.products.identifier.label')}
                helpText={t('settings.products.identifier.help')}
                disabled={!may}
                value={matching.identifier}
                options={identifiers.map((value) => ({ value, label: named(value) }))}
                onChange={(identifier) => set({ identifier })}
              />
              <Select
                label={t('settings.products.identifierFallback.label')}
                helpText={t('settings.products.identifierFallback.help')}
                disabled={!may || matching.identifier === 'id'}
                value={matching.identifierFallback}
                options={['none', ...identifiers]
                  .filter((value) => value !== matching.identifier)
                  .map((value) => ({ value, label: t(`settings.products.identifierFallback.options.${value}`) }))}
                onChange={(identifierFallback) => set({ identifierFallback })}
              />
              <Checkbox
                label={t('settings.products.physicalOnly.label')}
                helpText={t('settings.products.physicalOnly.help')}
                disabled={!may}
                checked={matching.physicalOnly}
                onChange={(physicalOnly) => set({ physicalOnly })}
              />
            </FormLayout>
            {progress.runs.map((run) => (
              <RunProgress key={run.id} run={run} now={progress.now} />
            ))}
            <InlineStack gap="300" blockAlign="center">
              <Button
                variant={report && !stale ? 'secondary' : 'primary'}
                disabled={!may || going}
                loading={look.busy || going}
                onClick={() => look.run({ intent: 'review', connectionId: connection.id, ...matching })}
              >
                {t(report ? 'review.lookAgain' : 'review.look')}
              </Button>
              <Text as="span" tone="subdued">
                {review.madeAt ? t('review.madeAt', { when: formats.relative(review.madeAt, now) }) : t('review.nothingWritten')}
              </Text>
            </InlineStack>
          </BlockStack>
        </Card>
        {types.length > 0 ? <ProductTypesForm key={types.length} connectionId={connection.id} types={types} /> : null}
        {report ? <ReviewReportCards report={report} few={review.few} outdated={stale} name={connection.name} /> : null}
        {report && !enabled ? (
          <Card>
            <BlockStack gap="300">
              <Text as="h2" variant="headingMd">
                {t('review.confirmTitle')}
              </Text>
              <Text as="p">{t('review.confirmWhat', { count: report.shopify.going, name: connection.name })}</Text>
              {ready ? null : (
                <List>
                  {stale ? <List.Item>{t('review.outdated')}</List.Item> : null}
                  {types.length > 0 ? <List.Item>{t('missing.product-types-open', { count: types.length })}</List.Item> : null}
                  {missing.map(({ code, params }) => (
                    <List.Item key={code}>{t(`missing.${code}`, params)}</List.Item>
                  ))}
                </List>
              )}
              <FailureBanner failure={confirm.failure} />
              <InlineStack>
                <Button
                  variant="primary"
                  disabled={!may || !ready}
                  loading={confirm.busy}
                  onClick={() => confirm.run({ intent: 'confirm', connectionId: connection.id })}
                >
                  {t('review.confirm')}
                </Button>
              </InlineStack>
            </BlockStack>
          </Card>
        ) : null}
      </BlockStack>
    </Page>
  );
}
