import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CarrierRule } from '../connections/carrier-rules.ts';
import type { Failure } from './answer.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, FormSaveBar, InlineGrid, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useForm } from './use-form.ts';
import { useWords } from './use-words.ts';

interface CarrierRulesProps {
  connectionId: string;
  rules: CarrierRule[];
  /** Carriers that parcels named and that have no rule. */
  seen: string[];
}

/** At which field of which rule a refusal is told; the last of two that are the same. */
function refusedAt(failure: Failure | null, list: CarrierRule[]): { index: number; field: keyof CarrierRule } | null {
  if (!failure) return null;
  const index = list.findLastIndex(({ carrier }) => carrier.trim() === failure.params['carrier']);
  const web =
    failure.code === 'carrier-url-without-number' || (failure.code === 'carrier-rule-invalid' && list[index]?.carrier.trim());
  return index < 0 ? null : { index, field: web ? 'url' : 'carrier' };
}

/** What each carrier of the back office is called in Shopify, and where its parcels are followed. */
export function CarrierRules({ connectionId, rules, seen }: CarrierRulesProps): ReactNode {
  const { t } = useTranslation();
  const may = useMay('administrator');
  const form = useForm<{ rules: CarrierRule[] }>({ rules });
  const save = useAction();
  const list = form.values.rules;
  const words = useWords();
  const refused = refusedAt(save.failure, list);
  const errorAt = (index: number, field: keyof CarrierRule): { error?: string } =>
    save.failure && refused?.index === index && refused.field === field
      ? { error: words.failure(save.failure.code, save.failure.params).fix }
      : {};
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
              {...errorAt(index, 'carrier')}
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
              {...errorAt(index, 'url')}
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
