import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertView } from '../alerts/alert.ts';
import { Badge, BlockStack, Box, Card, Divider, InlineStack, Link, RecordTable, Text, type Column } from './ui/index.ts';
import { useAlertWords } from './use-alert-words.ts';
import { useFormats } from './use-formats.ts';

/** Where the records of an alert, or whatever it is about, can be looked at. */
function placeOf({ topic, connectionId, sync, cause }: AlertView): { key: string; url: string } | null {
  const connection: Record<string, string> = connectionId ? { connection: connectionId } : {};
  const query = (more: Record<string, string>): string => new URLSearchParams({ ...connection, ...more }).toString();
  if (topic === 'connection') return { key: 'alerts.toConnection', url: `/app/connections/${connectionId}` };
  if (topic === 'delivery') return { key: 'alerts.toLog', url: '/app/alerts/log?state=failed' };
  if (topic === 'gap') return { key: 'alerts.toStatement', url: `/app/activity/statement?${query({})}` };
  if (topic === 'braked') return { key: 'alerts.toRuns', url: `/app/activity?${query({ state: 'awaiting_approval' })}` };
  if (topic === 'failed-run') return { key: 'alerts.toRuns', url: `/app/activity?${query({ state: 'failed' })}` };
  if (cause === 'orders-silent') return { key: 'alerts.toOrders', url: '/app/orders' };
  return { key: 'alerts.toProblems', url: `/app/activity/problems?${query({ cause, ...(sync ? { sync } : {}) })}` };
}

/** Alerts that are open, each with the one thing to do and where. */
export function OpenAlerts({ alerts, now }: { alerts: AlertView[]; now: string }): ReactNode {
  const { t } = useTranslation();
  const words = useAlertWords();
  const formats = useFormats();
  return (
    <Card>
      <BlockStack gap="400">
        {alerts.map((alert, index) => {
          const place = placeOf(alert);
          const rest = alert.count - alert.labels.length;
          const names = alert.labels.join(', ');
          return (
            <BlockStack key={alert.id} gap="400">
              {index > 0 ? <Divider /> : null}
              <BlockStack gap="150">
                <InlineStack gap="200" blockAlign="center">
                  <Badge tone={alert.severity === 'critical' ? 'critical' : 'attention'}>
                    {t(`alerts.severity.${alert.severity}`)}
                  </Badge>
                  <Text as="h3" variant="headingSm" breakWord>
                    {words.headline(alert)}
                  </Text>
                </InlineStack>
                <Text as="p" breakWord>
                  {words.remedy(alert)}
                </Text>
                <Text as="p" tone="subdued" breakWord>
                  {[
                    t('alerts.since', { when: formats.relative(alert.since, now) }),
                    ...(names === '' ? [] : [rest > 0 ? t('problems.namesAndMore', { names, count: rest }) : names]),
                  ].join(' · ')}
                </Text>
                {place ? (
                  <Box>
                    <Link url={place.url}>{t(place.key)}</Link>
                  </Box>
                ) : null}
              </BlockStack>
            </BlockStack>
          );
        })}
      </BlockStack>
    </Card>
  );
}

/** Alerts that are over, with how we know. */
export function ClosedAlerts({ alerts }: { alerts: AlertView[] }): ReactNode {
  const { t } = useTranslation();
  const words = useAlertWords();
  const formats = useFormats();
  const columns: Column<AlertView>[] = [
    { id: 'what', title: t('alerts.what'), lead: true, cell: (alert) => words.headline(alert) },
    { id: 'opened', title: t('alerts.opened'), cell: ({ openedAt }) => formats.dateTime(openedAt) },
    { id: 'closed', title: t('alerts.closed'), cell: ({ closedAt }) => (closedAt ? formats.dateTime(closedAt) : '') },
    { id: 'evidence', title: t('alerts.evidence'), cell: ({ evidence }) => (evidence ? words.evidence(evidence) : '') },
  ];
  return (
    <RecordTable
      caption={t('alerts.over')}
      columns={columns}
      rows={alerts}
      rowKey={({ id }) => id}
      empty={t('alerts.noneOver')}
    />
  );
}
