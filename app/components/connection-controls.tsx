import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionJson } from './connection-status.tsx';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Checkbox, Confirm, InlineStack, Select, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';

type Change = { intent: 'state'; state: string } | { intent: 'access'; access: string } | { intent: 'dry-run'; dryRun: boolean };

/** What a connection may do, and whether it does anything at all. Each change acts at once; those that stop or release writes ask first. */
export function ConnectionControls({ connection }: { connection: ConnectionJson }): ReactNode {
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
    const level = asking?.intent === 'access' ? asking.access : access;
    return {
      title: t('connections.accessTitle'),
      body: t(`access.${level}.help`),
      action: t('connections.accessChange'),
      destructive: false,
    };
  };
  const shown = question();
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
        <Text as="p">{shown.body}</Text>
      </Confirm>
    </Card>
  );
}
