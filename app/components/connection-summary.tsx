import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { baseScopes, hasScope, optionalScopes } from '../core/access-scopes.ts';
import { useShop } from './shop-context.tsx';
import type { ShopSummary } from '../connections/read-shop-summary.ts';
import { ConnectionLight, type ConnectionJson } from './connection-status.tsx';
import { BlockStack, Card, Facts, InlineGrid, InlineStack, Link, Text } from './ui/index.ts';
import { useStepName } from './use-step-name.ts';
import { useWords } from './use-words.ts';

/** What Shopify has granted against what is needed, and which optional rights were granted beside it. */
function Scopes(): ReactNode {
  const { t, i18n } = useTranslation();
  const { scopes } = useShop();
  const missing = baseScopes.filter((scope) => !hasScope(scopes, scope));
  const extra = optionalScopes.filter((scope) => hasScope(scopes, scope));
  const list = (words: string[]): string => new Intl.ListFormat(i18n.language).format(words);
  return (
    <BlockStack gap="050">
      {missing.length > 0 ? (
        <Text as="span" tone="critical">
          {t('home.scopesMissing', { scopes: list(missing) })}
        </Text>
      ) : (
        <span>{t('home.scopesGranted', { count: baseScopes.length })}</span>
      )}
      <Text as="span" tone="subdued">
        {extra.length > 0
          ? t('home.scopesOptional', { scopes: list(extra.map((scope) => t(`scopes.${scope}.name`))) })
          : t('home.scopesNoOptional')}
      </Text>
    </BlockStack>
  );
}

/** The two sides: the shop, and the back office with its light and what may be written. */
export function ConnectionSummary({ shop, connection }: { shop: ShopSummary; connection: ConnectionJson | null }): ReactNode {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const nameOf = useStepName(connection?.connector ?? '');
  const country = shop.country ? new Intl.DisplayNames([i18n.language], { type: 'region' }).of(shop.country) : '';
  return (
    <InlineGrid columns={{ xs: 1, md: connection ? 2 : 1 }} gap="400">
      <Card>
        <BlockStack gap="300">
          <Text as="h2" variant="headingMd">
            {t('home.shop')}
          </Text>
          <Facts
            items={[
              { name: t('home.shopName'), value: shop.name },
              { name: t('home.domain'), value: shop.domain },
              { name: t('home.country'), value: country },
              { name: t('home.plan'), value: shop.plan },
              { name: t('home.timeZone'), value: shop.timeZone },
              { name: t('home.currency'), value: shop.currency },
              { name: t('home.weightUnit'), value: words.word('weight', shop.weightUnit) },
              { name: t('home.owner'), value: shop.ownerName },
              { name: t('home.scopes'), value: <Scopes /> },
            ]}
          />
        </BlockStack>
      </Card>
      {connection ? (
        <Card>
          <BlockStack gap="300">
            <InlineStack align="space-between" blockAlign="center">
              <Text as="h2" variant="headingMd">
                {t('home.backOffice')}
              </Text>
              <ConnectionLight connection={connection} />
            </InlineStack>
            <Facts
              items={[
                { name: t('connections.backOffice'), value: connection.label },
                { name: t('connections.name'), value: <Link url={`/app/connections/${connection.id}`}>{connection.name}</Link> },
                {
                  name: t('home.account'),
                  value: connection.health?.steps
                    .flatMap(({ step, ok, detail }) => (ok && detail ? [nameOf(step, detail)] : []))
                    .join(' · '),
                },
                {
                  name: t('connections.calls'),
                  value: connection.registration ? t(`connections.callsState.${connection.registration.calls}`) : null,
                },
                { name: t('connections.record'), value: connection.registration?.record?.detail ?? null },
                { name: t('connections.access'), value: t(`access.${connection.access}.label`) },
                { name: t('connections.dryRun'), value: connection.dryRun ? t('connections.dryRunOn') : null },
              ]}
            />
          </BlockStack>
        </Card>
      ) : null}
    </InlineGrid>
  );
}
