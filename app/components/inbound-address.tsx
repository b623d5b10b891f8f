import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Confirm, InlineStack, Text, useToast } from './ui/index.ts';
import { useAction } from './use-action.ts';

/** The address a back office calls. It holds a secret of ours, so it is shown only when somebody asks for it. */
export function InboundAddress(): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const [asking, setAsking] = useState(false);
  const action = useAction<{ address: string }>();
  const toast = useToast();
  const copy = (text: string): void => void navigator.clipboard.writeText(text).then(() => toast(t('run.copied')));
  const address = action.answer?.ok ? action.answer.result?.address : undefined;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('connections.inbound')}
        </Text>
        <Text as="p">{t('connections.inboundHelp')}</Text>
        <FailureBanner failure={action.failure} />
        {address ? (
          <BlockStack gap="100" inlineAlign="start">
            <div className="cd-code">{address}</div>
            <Button size="slim" onClick={() => copy(address)}>
              {t('connections.inboundCopy')}
            </Button>
            <Text as="p" tone="subdued">
              {t('connections.inboundOnce')}
            </Text>
          </BlockStack>
        ) : null}
        <InlineStack gap="200">
          <Button disabled={!may} loading={action.busy} onClick={() => action.run({ intent: 'inbound', rotate: false })}>
            {t('connections.inboundShow')}
          </Button>
          <Button disabled={!may || action.busy} tone="critical" variant="plain" onClick={() => setAsking(true)}>
            {t('connections.inboundRotate')}
          </Button>
        </InlineStack>
      </BlockStack>
      <Confirm
        id="rotate-inbound"
        open={asking}
        title={t('connections.inboundRotateTitle')}
        action={t('connections.inboundRotate')}
        destructive
        onClose={() => setAsking(false)}
        onConfirm={() => action.run({ intent: 'inbound', rotate: true })}
      >
        <Text as="p">{t('connections.inboundRotateBody')}</Text>
      </Confirm>
    </Card>
  );
}
