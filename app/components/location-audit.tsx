import { useLocation } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LocationFinding } from '../connections/audit-locations.ts';
import { searchWith } from './search.ts';
import { useShop } from './shop-context.tsx';
import { BlockStack, Card, Link, List, Tabs, Text } from './ui/index.ts';

export type Findings = Record<string, LocationFinding[]>;

const all = ['mapped', 'not-imported', 'stale', 'inactive', 'duplicate'] as const;
const toDo = ['not-imported', 'stale', 'inactive', 'duplicate'] as const;

/** The locations in numbers, each a filter, with what to do about those that aren't right. */
export function LocationAudit({
  findings,
  idle,
}: {
  findings: Findings;
  /** Facilities that no location is mapped to. */
  idle: { connectionId: string; id: string; name: string; url: string | null }[];
}): ReactNode {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const { connections } = useShop();
  const chosen = new URLSearchParams(search).get('audit') ?? '';
  const counts = new Map(all.map((one) => [one, Object.values(findings).filter((list) => list.includes(one)).length]));
  const urlOf = (audit: string | null) => `${pathname}${searchWith(search, { audit })}`;
  return (
    <Card>
      <BlockStack gap="300">
        <Tabs
          label={t('locations.audit')}
          items={[
            {
              id: '',
              label: t('locations.auditAll', { count: Object.keys(findings).length }),
              url: urlOf(null),
              current: chosen === '',
            },
            ...all.map((one) => ({
              id: one,
              label: t(`locations.finding.${one}.count`, { count: counts.get(one) ?? 0 }),
              url: urlOf(one),
              current: chosen === one,
            })),
          ]}
        />
        <List>
          {toDo
            .filter((one) => (counts.get(one) ?? 0) > 0)
            .map((one) => (
              <List.Item key={one}>{t(`locations.finding.${one}.help`)}</List.Item>
            ))}
          {[...Map.groupBy(idle, ({ connectionId }) => connectionId)].map(([connectionId, facilities]) => (
            <List.Item key={connectionId}>
              {t('locations.idle', {
                count: facilities.length,
                name: connections.find(({ id }) => id === connectionId)?.name ?? '',
              })}{' '}
              {facilities.map(({ id, name, url }, index) => (
                <span key={id}>
                  {index > 0 ? ', ' : ''}
                  {url ? <Link url={url}>{name}</Link> : name}
                </span>
              ))}
            </List.Item>
          ))}
        </List>
        {toDo.every((one) => counts.get(one) === 0) && idle.length === 0 ? (
          <Text as="p" tone="subdued">
            {t('locations.auditFine')}
          </Text>
        ) : null}
      </BlockStack>
    </Card>
  );
}
