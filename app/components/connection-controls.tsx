import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefundUpload } from '../connections/refund-upload.ts';
import type { WithheldCounts } from '../sync/writes/withheld.ts';
import type { ConnectionJson } from './connection-status.tsx';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Checkbox, Confirm, InlineStack, List, Select, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

type Change =
  | { intent: 'state'; state: string }
  | { intent: 'access'; access: string }
  | { intent: 'dry-run'; dryRun: boolean }
  | { intent: 'refunds'; on: boolean };

/** What a gate kept back and what is going to be written once it is lifted. */
function Waiting({ waiting }: { waiting: WithheldCounts }): ReactNode {
  const { t } = useTranslation();
  const counted = (['orders', 'shipments', 'returns', 'levels'] as const).filter((kind) => (waiting[kind] ?? 0) > 0);
  if (counted.length === 0) return <Text as="p">{t('connections.waitingNothing')}</Text>;
  return (
    <BlockStack gap="100">
      <Text as="p">{t('connections.waiting')}</Text>
      <List>
        {counted.map((kind) => (
          <List.Item key={kind}>{t(`connections.waitingFor.${kind}`, { count: waiting[kind] ?? 0 })}</List.Item>
        ))}
      </List>
    </BlockStack>
  );
}

/** What a connection may do, and whether it does anything at all. Each change acts at once; those that stop or release writes ask first. */
export function ConnectionControls({
  connection,
  waiting,
  refunds,
}: {
  connection: ConnectionJson;
  waiting: WithheldCounts;
  refunds: RefundUpload;
}): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const mayCheck = useMay('operator');
  const action = useAction();
  const [asking, setAsking] = useState<Change | null>(null);
  const { name, state, access, dryRun } = connection;
  const active = state === 'active';
  const question = (): { title: string; body: string; action: string; destructive: boolean } => {
    if (asking?.intent === 'state') {
      const key = asking.state === 'active' ? 'activate' : 'deactivate';
      return {
        title: t(`connections.${key}Title`, { name }),
        body: t(`connections.${key}Body`, { name }),
        action: t(`connections.${key}`),
        destructive: key === 'deactivate',
      };
    }
    if (asking?.intent === 'dry-run')
      return {
        title: t('connections.dryRunEndTitle'),
        body: t('connections.dryRunEndBody', { name }),
        action: t('connections.dryRunEnd'),
        destructive: false,
      };
    if (asking?.intent === 'refunds')
      return {
        title: t('connections.refundsTitle'),
        body: t('connections.refundsBody', { name }),
        action: t('connections.refundsOn'),
        destructive: false,
      };
    const level = asking?.intent === 'access' ? asking.access : access;
    return {
      title: t('connections.accessTitle'),
      body: t(`access.${level}.help`),
      action: t('connections.accessChange'),
      destructive: false,
    };
  };
  const shown = question();
  const lifts =
    (asking?.intent === 'dry-run' && !asking.dryRun) ||
    (asking?.intent === 'access' && asking.access === 'read_write' && access !== 'read_write');
  return (
    <Card>
      <BlockStack gap="400">
        <FailureBanner failure={action.failure} />
        <Select
          label={t('connections.access')}
          helpText={t(`access.${access}.help`)}
          disabled={!may || action.busy}
          value={access}
          options={(['read_write', 'read', 'none'] as const).map((value) => ({ value, label: t(`access.${value}.label`) }))}
          onChange={(value) => setAsking({ intent: 'access', access: value })}
        />
        <Checkbox
          label={t('connections.dryRun')}
          helpText={t('connections.dryRunHelp')}
          checked={dryRun}
          disabled={!may || action.busy}
          onChange={(on) =>
            on ? action.run({ intent: 'dry-run', dryRun: true }) : setAsking({ intent: 'dry-run', dryRun: false })
          }
        />
        <Checkbox
          label={t('connections.refunds')}
          helpText={refunds.reason ? t(`missing.${refunds.reason.code}`, refunds.reason.params) : t('connections.refundsHelp')}
          checked={refunds.on}
          disabled={!may || action.busy || (refunds.reason !== null && !refunds.on)}
          onChange={(on) => (on ? setAsking({ intent: 'refunds', on }) : action.run({ intent: 'refunds', on }))}
        />
        <InlineStack gap="200">
          <Button disabled={!mayCheck || action.busy} onClick={() => action.run({ intent: 'check' })}>
            {t('connections.testSaved')}
          </Button>
          <Button
            disabled={!may || action.busy}
            {...(active ? { tone: 'critical' as const } : {})}
            onClick={() => setAsking({ intent: 'state', state: active ? 'deactivated' : 'active' })}
          >
            {active ? t('connections.deactivate') : t('connections.activate')}
          </Button>
        </InlineStack>
      </BlockStack>
      <Confirm
        id="connection-change"
        open={asking !== null}
        title={shown.title}
        action={shown.action}
        destructive={shown.destructive}
        onClose={() => setAsking(null)}
        onConfirm={() => asking && action.run({ ...asking })}
      >
        <BlockStack gap="200">
          <Text as="p">{shown.body}</Text>
          {lifts ? <Waiting waiting={waiting} /> : null}
        </BlockStack>
      </Confirm>
    </Card>
  );
}
