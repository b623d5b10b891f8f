import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '../connections/connection-health.ts';
import { Badge, Banner, BlockStack, InlineStack, Text } from './ui/index.ts';
import { useInView } from './use-in-view.ts';
import { useStepName } from './use-step-name.ts';
import { useWords } from './use-words.ts';

/** Every step of a connection test; the one that failed with its cause and fix. `asked`: somebody has just pressed the button. */
export function TestResult({
  health,
  connector,
  asked = false,
}: {
  health: Health;
  connector: string;
  asked?: boolean;
}): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const ref = useInView<HTMLDivElement>(asked ? health.at : null);
  const nameOf = useStepName(connector);
  const failure = health.code ? words.failure(health.code, health.params, connector) : null;
  return (
    <div role={health.ok ? 'status' : 'alert'} ref={ref}>
      <Banner
        tone={health.ok ? 'success' : 'critical'}
        title={
          health.ok ? t('connections.testPassed') : t('connections.testFailed', { step: health.step ? nameOf(health.step) : '' })
        }
      >
        <BlockStack gap="200">
          {failure ? (
            <BlockStack>
              <Text as="p" fontWeight="semibold">
                {failure.title}
              </Text>
              <Text as="p">{failure.fix}</Text>
            </BlockStack>
          ) : null}
          {health.steps.map(({ step, ok, detail }) => (
            <InlineStack key={step} gap="200" blockAlign="center">
              <Badge tone={ok ? 'success' : 'critical'}>{ok ? t('connections.stepPassed') : t('connections.stepFailed')}</Badge>
              <Text as="span">{nameOf(step, detail)}</Text>
            </InlineStack>
          ))}
        </BlockStack>
      </Banner>
    </div>
  );
}
