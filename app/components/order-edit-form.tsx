import { useNavigate } from '@remix-run/react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderEditForm as Form } from '../sync/orders/order-edit.ts';
import { FailureBanner } from './failure-banner.tsx';
import { BlockStack, Button, Card, FormLayout, InlineStack, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useForm } from './use-form.ts';

type TextName = Exclude<keyof Form, 'skus'>;

/** What may be changed of an order before it is sent: here only, not in Shopify. */
export function OrderEditForm({
  form: stored,
  lines,
  back,
}: {
  form: Form;
  lines: { id: string; title: string; quantity: number }[];
  back: string;
}): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useForm<Form>(stored);
  const save = useAction({ onDone: () => navigate(back) });
  const errors = useFieldErrors(save.failure);
  const field = (name: TextName, label: string, more: { help?: string; lines?: number } = {}): ReactNode => (
    <TextField
      label={label}
      autoComplete="off"
      value={form.values[name]}
      onChange={(value) => form.set(name, value)}
      {...(more.help ? { helpText: more.help } : {})}
      {...(more.lines ? { multiline: more.lines } : {})}
      {...(errors[name] ? { error: errors[name] } : {})}
    />
  );
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('order.edit')}
          </Text>
          <Text as="p" tone="subdued">
            {t('order.editWhat')}
          </Text>
        </BlockStack>
        <FailureBanner failure={save.failure} />
        <FormLayout>
          <FormLayout.Group>
            {field('name', t('orderEdit.name'))}
            {field('company', t('orderEdit.company'))}
          </FormLayout.Group>
          <FormLayout.Group>
            {field('address1', t('orderEdit.address1'))}
            {field('address2', t('orderEdit.address2'))}
          </FormLayout.Group>
          <FormLayout.Group condensed>
            {field('zip', t('orderEdit.zip'))}
            {field('city', t('orderEdit.city'))}
            {field('provinceCode', t('orderEdit.provinceCode'))}
            {field('countryCode', t('orderEdit.countryCode'))}
          </FormLayout.Group>
          <FormLayout.Group>
            {field('phone', t('orderEdit.phone'))}
            {field('shipping', t('orderEdit.shipping'), { help: t('orderEdit.shippingHelp') })}
          </FormLayout.Group>
          {field('note', t('orderEdit.note'), { lines: 2 })}
          {lines.map(({ id, title, quantity }) => (
            <TextField
              key={id}
              label={t('orderEdit.sku', { title, count: quantity })}
              autoComplete="off"
              value={form.values.skus[id] ?? ''}
              onChange={(sku) => form.set('skus', { ...form.values.skus, [id]: sku })}
              {...(errors['skus'] && !form.values.skus[id]?.trim() ? { error: errors['skus'] } : {})}
            />
          ))}
        </FormLayout>
        <InlineStack gap="200">
          <Button
            variant="primary"
            disabled={!form.dirty}
            loading={save.busy}
            onClick={() => save.run({ intent: 'edit', ...form.values })}
          >
            {t('common.save')}
          </Button>
          <Button disabled={save.busy} onClick={() => navigate(back)}>
            {t('common.cancel')}
          </Button>
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
