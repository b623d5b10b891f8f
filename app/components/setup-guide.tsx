import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SetupState } from '../connections/read-home.ts';
import { Badge, BlockStack, Button, Card, Divider, InlineStack, ProgressBar, Text } from './ui/index.ts';

interface Step {
  id: string;
  done: boolean;
  url: string;
  /** How far a step is that has numbers. */
  detail?: string;
}

/** What is left to do before records move, each step checked against what is really there. */
export function SetupGuide({ setup, connectionId }: { setup: SetupState; connectionId: string | null }): ReactNode {
  const { t } = useTranslation();
  const steps: Step[] = [
    { id: 'connect', done: setup.connected, url: '/app/connections/new' },
    { id: 'test', done: setup.tested, url: connectionId ? `/app/connections/${connectionId}` : '/app/connections/new' },
    {
      id: 'locations',
      done: setup.locationsMapped > 0,
      url: '/app/locations',
      ...(setup.connected
        ? { detail: t('setup.locationsDetail', { count: setup.locationsMapped, open: setup.locationsUnmapped }) }
        : {}),
    },
    {
      id: 'shipping',
      done: setup.connected && setup.shippingUnmapped === 0 && setup.shippingMapped > 0,
      url: '/app/mappings?kind=shipping',
      ...(setup.connected ? { detail: t('setup.shippingDetail', { count: setup.shippingUnmapped }) } : {}),
    },
    { id: 'syncs', done: setup.syncsOn > 0, url: '/app/products' },
  ];
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {t('setup.title')}
          </Text>
          <Text as="p" id="setup-progress">
            {t('setup.progress', { done, total: steps.length })}
          </Text>
          <ProgressBar size="small" progress={(done / steps.length) * 100} ariaLabelledBy="setup-progress" />
        </BlockStack>
        {steps.map((step, index) => (
          <BlockStack key={step.id} gap="300">
            {index > 0 ? <Divider /> : null}
            <InlineStack align="space-between" blockAlign="center" gap="300">
              <BlockStack gap="050">
                <InlineStack gap="200" blockAlign="center">
                  <Text as="h3" variant="headingSm">
                    {t(`setup.${step.id}.title`)}
                  </Text>
                  <Badge {...(step.done ? { tone: 'success' as const } : {})}>
                    {step.done ? t('common.done') : t('common.open')}
                  </Badge>
                </InlineStack>
                <Text as="p" tone="subdued">
                  {t(`setup.${step.id}.body`)}
                </Text>
                {step.detail ? <Text as="p">{step.detail}</Text> : null}
              </BlockStack>
              {step.done ? null : (
                <Button url={step.url} variant={step === next ? 'primary' : 'secondary'}>
                  {t(`setup.${step.id}.action`)}
                </Button>
              )}
            </InlineStack>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
