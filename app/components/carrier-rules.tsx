import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CarrierRule } from '../connections/carrier-rules.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, FormSaveBar, InlineGrid, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';

interface CarrierRulesProps {
  connectionId: string;
  rules: CarrierRule[];
  /** Carriers that parcels named and that have no rule. */
  seen: string[];
}

/** What each carrier of the back office is called in Shopify, and where its parcels are followed. */
export function CarrierRules({ connectionId, rules, seen }: CarrierRulesProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const form = useForm<{ rules: CarrierRule[] }>({ rules });
  const save = useAction();
  const list = form.values.rules;
  const change = (at: number, part: Partial<CarrierRule>): void =>
    form.set(
      'rules',
      list.map((rule, index) => (index === at ? { ...rule, ...part } : rule)),
    );
  const add = (carrier: string): void => form.set('rules', [...list, { carrier, company: '', url: '' }]);
  const missing = seen.filter((carrier) => !list.some((rule) => rule.carrier.toLowerCase() === carrier.trim().toLowerCase()));
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('carriers.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('carriers.what')}
          </Text>
        </BlockStack>
        <FailureBanner failure={save.failure} />
        {list.map((rule, index) => (
          <InlineGrid key={index} columns={{ xs: 1, md: ['oneThird', 'oneThird', 'oneThird'] }} gap="200">
            <TextField
              label={t('carriers.carrier')}
              autoComplete="off"
              disabled={!may}
              value={rule.carrier}
              onChange={(carrier) => change(index, { carrier })}
            />
            <TextField
              label={t('carriers.company')}
              autoComplete="off"
              disabled={!may}
              value={rule.company}
              placeholder={rule.carrier}
              onChange={(company) => change(index, { company })}
            />
            <TextField
              label={t('carriers.url')}
              type="url"
              autoComplete="off"
              disabled={!may}
              value={rule.url}
              placeholder="https://example.com/{number}"
              onChange={(url) => change(index, { url })}
              connectedRight={
                <Button
                  disabled={!may}
                  accessibilityLabel={t('carriers.removeOf', { carrier: rule.carrier })}
                  onClick={() =>
                    form.set(
                      'rules',
                      list.filter((_, at) => at !== index),
                    )
                  }
                >
                  {t('common.remove')}
                </Button>
              }
            />
          </InlineGrid>
        ))}
        <InlineStack gap="200">
          {missing.map((carrier) => (
            <Button key={carrier} size="slim" disabled={!may} onClick={() => add(carrier)}>
              {t('carriers.addOf', { carrier })}
            </Button>
          ))}
          <Button size="slim" variant="plain" disabled={!may} onClick={() => add('')}>
            {t('carriers.add')}
          </Button>
        </InlineStack>
      </BlockStack>
      <FormSaveBar
        id="carrier-rules"
        open={form.dirty}
        saving={save.busy}
        onSave={() => save.run({ intent: 'carriers', connectionId, rules: list })}
        onDiscard={form.discard}
      />
    </Card>
  );
}
