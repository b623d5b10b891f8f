import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FieldView } from '../connections/read-sync-settings-form.ts';
import { isChanged, type Values } from './fields.tsx';
import { BlockStack, Box, Button, Collapsible, Divider, InlineStack, Text } from './ui/index.ts';

interface SettingsGroupProps {
  id: string;
  title: string;
  help?: string;
  fields: FieldView[];
  values: Values;
  /** What a refusal says at the fields: a section with one is open. */
  errors: Record<string, string>;
  children: ReactNode;
}

/** One section of a long form: folded until somebody wants it, with how much of it was changed. */
export function SettingsGroup({ id, title, help, fields, values, errors, children }: SettingsGroupProps): ReactNode {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  const open = wanted || fields.some(({ name }) => errors[name]);
  const changed = fields.filter((field) => isChanged(field, values)).length;
  return (
    <BlockStack gap="400">
      <Divider />
      <InlineStack align="space-between" blockAlign="center" gap="200" wrap={false}>
        <BlockStack gap="050">
          <Text as="h3" variant="headingSm">
            {title}
          </Text>
          {help ? (
            <Text as="span" tone="subdued">
              {help}
            </Text>
          ) : null}
          {changed > 0 ? (
            <Text as="span" tone="subdued">
              {t('sync.changedSettings', { count: changed })}
            </Text>
          ) : null}
        </BlockStack>
        <Button
          variant="plain"
          disclosure={open ? 'up' : 'down'}
          ariaExpanded={open}
          ariaControls={id}
          accessibilityLabel={`${open ? t('common.hide') : t('common.show')}: ${title}`}
          onClick={() => setWanted(!open)}
        >
          {open ? t('common.hide') : t('common.show')}
        </Button>
      </InlineStack>
      <Collapsible id={id} open={open} transition={false}>
        <Box paddingBlockEnd="200">{children}</Box>
      </Collapsible>
    </BlockStack>
  );
}
