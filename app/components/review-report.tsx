import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CodeFault, MatchOutcome, ReviewReport, SampleRow } from '../sync/products/review/review-report.ts';
import { Badge, Banner, BlockStack, Box, Card, Facts, List, RecordTable, Text, type Column } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

const codeFaults: readonly CodeFault[] = ['missing', 'duplicate', 'spaced', 'case'];
const tones: Record<MatchOutcome, 'success' | 'warning' | 'info'> = {
  matched: 'success',
  conflict: 'warning',
  'not-found': 'info',
};

interface ReviewReportProps {
  report: ReviewReport;
  /** So few codes were found there that the identifier is likely the wrong one. */
  few: boolean;
  outdated: boolean;
  /** Of the connection. */
  name: string;
}

/** What a look at both sides found: counts, a sample, and codes that somebody should mend. */
export function ReviewReportCards({ report, few, outdated, name }: ReviewReportProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const { shopify, backOffice, sample, faults } = report;
  const { looked } = backOffice;
  const share = looked && looked.asked > 0 ? looked.found / looked.asked : null;
  const columns: Column<SampleRow>[] = [
    { id: 'title', title: t('products.product'), lead: true, cell: (row) => row.title },
    { id: 'code', title: t('review.code'), cell: (row) => row.code },
    {
      id: 'outcome',
      title: t('common.state'),
      cell: (row) => <Badge tone={tones[row.outcome]}>{t(`review.outcome.${row.outcome}`)}</Badge>,
    },
    { id: 'there', title: t('review.there', { name }), cell: (row) => row.there ?? '–' },
  ];
  const found = codeFaults.filter((fault) => faults[fault].count > 0);
  return (
    <>
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {t('review.counts')}
          </Text>
          {outdated ? <Banner tone="warning" title={t('review.outdated')} /> : null}
          {few && share !== null ? (
            <Banner tone="warning" title={t('review.few', { share: formats.percent(share) })}>
              <Text as="p">{t('review.fewWhat')}</Text>
            </Banner>
          ) : null}
          <Facts
            items={[
              {
                name: t('review.inShopify'),
                value: t('review.inShopifyCount', { products: shopify.products, variants: shopify.variants }),
              },
              { name: t('review.going'), value: formats.number(shopify.going) },
              {
                name: t('review.leftOut'),
                value: Object.entries(shopify.leftOut)
                  .map(([code, count]) => t('review.leftOutFor', { count, why: words.reason(code, {}, null) }))
                  .join(' · '),
              },
              {
                name: t('review.inBackOffice', { name }),
                value: backOffice.products === null ? t('review.notTold') : formats.number(backOffice.products),
              },
              {
                name: t('review.matches'),
                value: looked ? t('review.matchesOf', { found: looked.found, asked: looked.asked }) : t('review.cantAsk'),
              },
            ]}
          />
        </BlockStack>
      </Card>
      {found.length > 0 ? (
        <Card>
          <BlockStack gap="300">
            <Text as="h2" variant="headingMd">
              {t('review.faults')}
            </Text>
            {found.map((fault) => (
              <Fault key={fault} fault={fault} {...faults[fault]} />
            ))}
          </BlockStack>
        </Card>
      ) : null}
      {sample.length > 0 ? (
        <Card padding="0">
          <Box padding="400" paddingBlockEnd="200">
            <BlockStack gap="100">
              <Text as="h2" variant="headingMd">
                {t('review.sample')}
              </Text>
              <Text as="p" tone="subdued">
                {t('review.sampleWhat')}
              </Text>
            </BlockStack>
          </Box>
          <RecordTable caption={t('review.sample')} columns={columns} rows={sample} rowKey={({ variantId }) => variantId} />
        </Card>
      ) : null}
    </>
  );
}

/** One kind of fault with the first codes that have it. Blanks are made visible. */
function Fault({
  fault,
  count,
  first,
}: {
  fault: CodeFault;
  count: number;
  first: { code: string; title: string }[];
}): ReactNode {
  const { t } = useTranslation();
  const shown = (code: string): string => code.replace(/^\s+|\s+$/g, (blanks) => '␣'.repeat(blanks.length));
  return (
    <BlockStack gap="100">
      <Text as="p">{t(`review.fault.${fault}`, { count })}</Text>
      <List>
        {first.slice(0, 5).map(({ code, title }) => (
          <List.Item key={`${code} ${title}`}>
            {code.trim() === '' ? title : t('review.faultOf', { code: shown(code), title })}
          </List.Item>
        ))}
        {count > 5 ? <List.Item>{t('mappings.andMore', { count: count - 5 })}</List.Item> : null}
      </List>
    </BlockStack>
  );
}
