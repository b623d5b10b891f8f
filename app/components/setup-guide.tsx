import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { legacyIdOf } from '../core/gid.ts';
import type { SetupState } from '../sync/setup/read-setup.ts';
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
  const of = connectionId ? `connection=${connectionId}` : '';
  const on = (...kinds: SetupState['started']) => kinds.every((kind) => setup.started.includes(kind));
  const counted = (text: string, values: Record<string, string | number>) => (setup.connected ? { detail: t(text, values) } : {});
  const steps: Step[] = [
    {
      id: 'connect',
      done: setup.connected && setup.tested,
      url: connectionId ? `/app/connections/${connectionId}` : '/app/connections/new',
    },
    {
      id: 'types',
      done: setup.connected && setup.typesOpen === 0,
      url: `/app/setup?${of}`,
      ...counted('setup.typesDetail', { count: setup.typesOpen }),
    },
    { id: 'products', done: on('products'), url: `/app/products/review?${of}` },
    {
      id: 'locations',
      done: setup.locationsMapped > 0,
      url: `/app/setup?${of}`,
      ...counted('setup.locationsDetail', { count: setup.locationsMapped, open: setup.locationsUnmapped }),
    },
    {
      id: 'methods',
      done: setup.connected && setup.methodsUnmapped === 0 && setup.methodsMapped > 0,
      url: `/app/setup?${of}`,
      ...counted('setup.methodsDetail', { count: setup.methodsUnmapped }),
    },
    { id: 'orders', done: on('orders'), url: `/app/orders?${of}` },
    { id: 'stock', done: on('inventory', 'shipments'), url: `/app/${on('inventory') ? 'shipments' : 'inventory'}?${of}` },
    {
      id: 'testOrder',
      done: setup.testOrder?.stage === 'fulfilled',
      url: setup.testOrder ? `/app/orders/${legacyIdOf(setup.testOrder.id)}` : `/app/orders?${of}`,
      ...(setup.testOrder ? { detail: t(`setup.stage.${setup.testOrder.stage}`, { name: setup.testOrder.name }) } : {}),
    },
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
            <div className="cd-step">
              <BlockStack gap="050">
                <InlineStack gap="200" blockAlign="center">
                  <Text as="h3" variant="headingSm">
                    {t(`setup.${step.id}.title`)}
                  </Text>
                  <Badge {...(step.done ? { tone: 'success' as const } : {})}>
                    {step.done ? t('common.done') : t('common.open')}
                  </Badge>
                </InlineStack>
                {step.done ? null : (
                  <Text as="p" tone="subdued">
                    {t(`setup.${step.id}.body`)}
                  </Text>
                )}
                {step.detail ? (
                  <Text as="p" {...(step.done ? { tone: 'subdued' as const } : {})}>
                    {step.detail}
                  </Text>
                ) : null}
              </BlockStack>
              {step.done || (!setup.connected && step !== next) ? null : (
                <div>
                  <Button url={step.url} variant={step === next ? 'primary' : 'secondary'}>
                    {t(`setup.${step.id}.action`)}
                  </Button>
                </div>
              )}
            </div>
          </BlockStack>
        ))}
      </BlockStack>
    </Card>
  );
}
