import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderLine } from '../stockroom/order-types.ts';
import { FailureBanner } from './failure-banner.tsx';
import { QuantityFields } from './quantity-fields.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Button, Card, Checkbox, Text, TextField } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFieldErrors } from './use-field-errors.ts';
import { useFormats } from './use-formats.ts';

interface ReturnJson {
  id: string;
  label: string;
  receivedAt: string;
  lines: { sku: string; quantity: number; restocked: boolean }[];
  /** Money given back without goods, minor units. */
  amount: number | null;
}

/** Receives goods of an order that came back; what came back before stands above. */
export function ReturnForm({
  lines,
  returns,
  currency,
}: {
  lines: OrderLine[];
  returns: ReturnJson[];
  currency: string;
}): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const action = useAction();
  const [values, setValues] = useState<Record<string, number>>({});
  const [restocked, setRestocked] = useState(true);
  const [note, setNote] = useState('');
  const errors = useFieldErrors(action.failure);
  const [amount, setAmount] = useState('');
  const [goodwill] = useState(() => crypto.randomUUID());
  const [reference] = useState(() => crypto.randomUUID());
  const outside = lines
    .map((line) => ({ id: line.id, sku: line.sku, title: line.title, most: line.shipped - line.returned }))
    .filter(({ most }) => most > 0);
  if (outside.length === 0 && returns.length === 0) return null;
  const chosen = outside.flatMap(({ id }) =>
    (values[id] ?? 0) > 0 ? [{ lineId: id, quantity: values[id] ?? 0, restocked }] : [],
  );
  const disabled = !may || action.busy;
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('stockroom.returns')}
        </Text>
        {returns.map((one) => (
          <Text as="p" key={one.id}>
            {one.label} · {formats.dateTime(one.receivedAt)} ·{' '}
            {one.amount === null
              ? one.lines
                  .map((line) =>
                    t(line.restocked ? 'returns.lineRestocked' : 'returns.line', { sku: line.sku, count: line.quantity }),
                  )
                  .join(', ')
              : t('stockroom.goodwillOf', { amount: formats.money(one.amount, currency) })}
          </Text>
        ))}
        <FailureBanner failure={action.failure} />
        {outside.length > 0 ? (
          <>
            <QuantityFields
              lines={outside}
              values={values}
              disabled={disabled}
              onChange={(id, quantity) => setValues({ ...values, [id]: quantity })}
            />
            <Checkbox
              label={t('stockroom.restock')}
              helpText={t('stockroom.restockHelp')}
              checked={restocked}
              disabled={disabled}
              onChange={setRestocked}
            />
            <TextField label={t('stockroom.note')} autoComplete="off" value={note} disabled={disabled} onChange={setNote} />
            <div>
              <Button
                disabled={disabled || chosen.length === 0}
                loading={action.busy}
                onClick={() => action.run({ intent: 'return', lines: chosen, note, reference })}
              >
                {t('stockroom.receive')}
              </Button>
            </div>
          </>
        ) : null}
        <TextField
          label={t('stockroom.goodwill', { currency })}
          helpText={t('stockroom.goodwillHelp')}
          autoComplete="off"
          inputMode="decimal"
          {...(errors['amount'] ? { error: errors['amount'] } : {})}
          value={amount}
          disabled={disabled}
          onChange={setAmount}
          connectedRight={
            <Button
              disabled={disabled || amount.trim() === ''}
              onClick={() => action.run({ intent: 'return', lines: [], amount: amount.trim(), note, reference: goodwill })}
            >
              {t('stockroom.goodwillGive')}
            </Button>
          }
        />
      </BlockStack>
    </Card>
  );
}
