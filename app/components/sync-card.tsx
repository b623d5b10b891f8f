import { useNavigate } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunView } from '../sync/runs/read-runs.ts';
import type { SyncView } from '../sync/runs/read-sync-page.ts';
import { FailureBanner } from './failure-banner.tsx';
import { FirstOrders } from './first-orders.tsx';
import { PausedSync } from './paused-sync.tsx';
import { RunProgress } from './run-progress.tsx';
import { useMay } from './shop-context.tsx';
import { StateBadge } from './state-badge.tsx';
import { BlockStack, Button, Card, InlineStack, Link, Switch, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFormats } from './use-formats.ts';
import { useScheduleWords } from './use-schedule-words.ts';

interface SyncCardProps {
  sync: SyncView;
  /** Runs under way, newer than the card's own. */
  running: RunView[];
  now: string;
  /** Which role the switch needs depends on the page's visitor, the name links to the sync's page unless it is shown there. */
  linked?: boolean;
  active: boolean;
}

/** One sync: its switch, when it ran and runs next, what it has done, and a button to run it now. */
export function SyncCard({ sync, running, now, linked = true, active }: SyncCardProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const schedule = useScheduleWords();
  const mayRun = useMay('operator');
  const maySwitch = useMay('administrator');
  const control = useAction<{ runId: string }>({ url: '/app/sync-control' });
  const started = !linked && control.answer?.ok ? control.answer.result?.runId : undefined;
  const { kind, connectionId, figures } = sync;
  // On its own page it is asked at once: nobody should have to find the switch first.
  const [asking, setAsking] = useState(kind === 'orders' && !linked && sync.neverOn && active && maySwitch);
  const navigate = useNavigate();
  const name = t(`sync.${kind}.name`);
  const mine = running.filter((run) => run.sync === kind);
  const body = { connectionId, sync: kind };
  const figure = (): string => {
    if (kind === 'inventory') {
      return figures.lastAt
        ? t('sync.inventory.figures', { count: figures.total, when: formats.relative(figures.lastAt, now) })
        : t('sync.inventory.noFigures');
    }
    return t(`sync.${kind}.figures`, { recent: formats.number(figures.recent ?? 0), total: formats.number(figures.total) });
  };
  const switchTo = (on: boolean): void => {
    const first = on && sync.neverOn;
    if (first && kind === 'orders') setAsking(true);
    // both sides are looked at before the first product is written
    else if (first && kind === 'products') navigate(`/app/products/review?connection=${connectionId}`);
    // whose numbers count from the start is asked there
    else if (first && kind === 'inventory' && linked) navigate(`/app/inventory?connection=${connectionId}`);
    else control.run({ ...body, intent: 'switch', on });
  };
  if (asking) return <FirstOrders connectionId={connectionId} onClose={() => setAsking(false)} />;
  return (
    <Card>
      <BlockStack gap="300">
        <InlineStack align="space-between" blockAlign="center" wrap={false} gap="200">
          <Text as="h2" variant="headingMd">
            {linked ? (
              <Link url={`/app/${kind}?connection=${connectionId}`} removeUnderline monochrome>
                {name}
              </Link>
            ) : (
              t('sync.status')
            )}
          </Text>
          <Switch
            label={t('sync.switch', { name })}
            on={sync.enabled}
            disabled={!maySwitch || !active || control.busy}
            onChange={(on) => switchTo(on)}
          />
        </InlineStack>
        <Text as="p">{figure()}</Text>
        <PausedSync sync={sync} />
        <BlockStack gap="050">
          <InlineStack gap="200" blockAlign="center">
            <Text as="span" tone="subdued">
              {sync.lastRun
                ? t('sync.lastRun', { when: formats.relative(sync.lastRun.finishedAt ?? sync.lastRun.createdAt, now) })
                : t('sync.neverRan')}
            </Text>
            {sync.lastRun ? <StateBadge of="run" state={sync.lastRun.state} /> : null}
          </InlineStack>
          <Text as="span" tone="subdued">
            {schedule.next(sync, now)}
          </Text>
        </BlockStack>
        {mine.map((run) => (
          <RunProgress key={run.id} run={run} now={now} />
        ))}
        <FailureBanner failure={control.failure} />
        <InlineStack gap="300" blockAlign="center">
          <Button
            disabled={!mayRun || !active || !sync.enabled || sync.paused !== null || mine.length > 0}
            loading={control.busy}
            onClick={() => control.run({ ...body, intent: 'start' })}
            accessibilityLabel={t('sync.runNowOf', { name })}
          >
            {t('sync.runNow')}
          </Button>
          {linked ? null : (
            <>
              <Button
                variant="plain"
                disabled={!mayRun || !active || control.busy}
                onClick={() => control.run({ ...body, intent: 'start', task: 'preview' })}
              >
                {t('sync.preview')}
              </Button>
              <Button
                variant="plain"
                disabled={!mayRun || !active || !sync.enabled || sync.paused !== null || mine.length > 0 || control.busy}
                onClick={() => control.run({ ...body, intent: 'start', task: 'full' })}
              >
                {t('sync.runAll')}
              </Button>
            </>
          )}
          {started ? <Link url={`/app/activity/runs/${started}`}>{t('sync.openRun')}</Link> : null}
          {sync.awaiting ? <Link url={`/app/activity/runs/${sync.awaiting.id}`}>{t('sync.awaiting')}</Link> : null}
          {sync.problems > 0 ? (
            <Link url={`/app/activity/problems?connection=${connectionId}&sync=${kind}`}>
              {t('sync.problems', { count: sync.problems })}
            </Link>
          ) : null}
        </InlineStack>
      </BlockStack>
    </Card>
  );
}
