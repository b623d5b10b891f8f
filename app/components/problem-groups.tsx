import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProblemGroup } from '../sync/problems/read-problems.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { BlockStack, Box, Button, Card, Confirm, Divider, InlineStack, Link, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useWords } from './use-words.ts';

/** Where the one thing to do can be done, for causes that have such a place. */
function remedyOf({ cause, connectionId }: ProblemGroup): { key: string; url: string } | null {
  if (cause === 'shipping-unmapped')
    return { key: 'problems.mapShipping', url: `/app/mappings?kind=shipping&connection=${connectionId}` };
  if (cause === 'payment-unmapped')
    return { key: 'problems.mapPayment', url: `/app/mappings?kind=payment&connection=${connectionId}` };
  if (cause === 'location-unmapped') return { key: 'problems.mapLocation', url: '/app/locations' };
  if (cause === 'location-sells-online')
    return { key: 'problems.decideOnline', url: `/app/inventory?connection=${connectionId}` };
  return null;
}

interface OutcomeButtonsProps {
  disabled: boolean;
  busy: boolean;
  count: number;
  onAnswer: (there: boolean) => void;
}

/** Only somebody who has looked there can say what became of these: a wrong answer loses an order or doubles it, so it is asked twice. */
function OutcomeButtons({ disabled, busy, count, onAnswer }: OutcomeButtonsProps): ReactNode {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<'there' | 'absent' | null>(null);
  return (
    <>
      <Button disabled={disabled} loading={busy} onClick={() => setAsking('absent')}>
        {t('problems.absent', { count })}
      </Button>
      <Button variant="plain" disabled={disabled || busy} onClick={() => setAsking('there')}>
        {t('problems.there', { count })}
      </Button>
      <Confirm
        id="outcome"
        open={asking !== null}
        title={t(`problems.${asking ?? 'there'}Title`, { count })}
        action={t(`problems.${asking ?? 'there'}`, { count })}
        destructive={asking === 'absent'}
        onClose={() => setAsking(null)}
        onConfirm={() => onAnswer(asking === 'there')}
      >
        <Text as="p">{t(`problems.${asking ?? 'there'}Body`, { count })}</Text>
      </Confirm>
    </>
  );
}

function Group({ group }: { group: ProblemGroup }): ReactNode {
  const { t } = useTranslation();
  const words = useWords();
  const may = useMay('operator');
  const retry = useAction({ url: '/app/sync-control' });
  const { connectionId, cause, detail, count, labels, params, connector, sync } = group;
  const { fix } = words.failure(cause, params, connector);
  const title = words.failures(cause, count, params, connector);
  const remedy = remedyOf(group);
  const again = (answer: { there?: boolean }) => retry.run({ intent: 'retry', connectionId, cause, detail, ...answer });
  const rest = count - labels.length;
  const query = new URLSearchParams({ cause, detail, sync, ...(connectionId ? { connection: connectionId } : {}) });
  return (
    <BlockStack gap="200">
      <Text as="h3" variant="headingSm" breakWord>
        {title}
      </Text>
      <Text as="p" breakWord>
        {fix}
      </Text>
      <Text as="p" tone="subdued" breakWord>
        {t(`sync.${sync}.name`)} ·{' '}
        {rest > 0 ? t('problems.namesAndMore', { names: labels.join(', '), count: rest }) : labels.join(', ')}
      </Text>
      <FailureBanner failure={retry.failure} />
      <InlineStack gap="300" blockAlign="center">
        {remedy ? <Button url={remedy.url}>{t(remedy.key)}</Button> : null}
        {cause === 'outcome-unknown' ? (
          <OutcomeButtons disabled={!may} busy={retry.busy} count={count} onAnswer={(there) => again({ there })} />
        ) : (
          <Button
            disabled={!may}
            loading={retry.busy}
            onClick={() => again({})}
            accessibilityLabel={t('problems.retryAllOf', { title })}
          >
            {count === 1 ? t('problems.retry') : t('problems.retryAll', { count })}
          </Button>
        )}
        <Link url={`/app/activity/problems?${query.toString()}`}>{t('problems.show', { count })}</Link>
      </InlineStack>
    </BlockStack>
  );
}

/** What needs somebody, one entry for each cause with the one thing to do. Nothing is drawn when nothing does. */
export function ProblemGroups({ groups, limit = 5 }: { groups: ProblemGroup[]; limit?: number }): ReactNode {
  const { t } = useTranslation();
  if (groups.length === 0) return null;
  const shown = groups.slice(0, limit);
  return (
    <Card>
      <BlockStack gap="400">
        <Text as="h2" variant="headingMd">
          {t('problems.title')}
        </Text>
        {shown.map((group, index) => (
          <BlockStack key={`${group.connectionId} ${group.sync} ${group.cause} ${group.detail}`} gap="400">
            {index > 0 ? <Divider /> : null}
            <Group group={group} />
          </BlockStack>
        ))}
        {groups.length > limit ? (
          <Box>
            <Link url="/app/activity/problems">{t('problems.more', { count: groups.length - limit })}</Link>
          </Box>
        ) : null}
      </BlockStack>
    </Card>
  );
}
