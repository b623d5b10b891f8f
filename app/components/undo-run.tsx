import { useNavigate } from '@remix-run/react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinkedRun, UndoView } from '../sync/inventory/undo/read-undo.ts';
import type { RunView } from '../sync/runs/read-runs.ts';
import { FailureBanner } from './failure-banner.tsx';
import { useMay } from './shop-context.tsx';
import { StateBadge } from './state-badge.tsx';
import { Banner, BlockStack, Button, Card, Confirm, Facts, InlineStack, Link, List, Text } from './ui/index.ts';
import { useAction } from './use-action.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

interface UndoProps {
  run: RunView;
  undo: UndoView;
}

/** The plan of an undo in a few numbers, and the question whether it may be written. */
export function UndoQuestion({ run, undo }: UndoProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const may = useMay('operator');
  const yes = useAction({ url: '/app/undo' });
  const no = useAction({ url: '/app/sync-control' });
  const [asking, setAsking] = useState(false);
  const redo = undo.is === 'redo';
  const number = (name: string): number => Number(run.reason?.params[name] ?? 0);
  const sums = t('run.undo.sums', {
    count: number('levels'),
    up: formats.number(number('up')),
    down: formats.number(number('down')),
  });
  const then = t('run.undo.askThen', { connection: run.connectionName });
  return (
    <Banner tone="warning" title={redo ? t('run.undo.waitsRedo') : t('run.undo.waits')}>
      <BlockStack gap="200">
        <FailureBanner failure={yes.failure ?? no.failure} />
        <Text as="p">{sums}</Text>
        <List>
          {number('floored') > 0 ? <List.Item>{t('run.undo.floored', { count: number('floored') })}</List.Item> : null}
          {number('left') > 0 ? <List.Item>{t('run.undo.left', { count: number('left') })}</List.Item> : null}
          <List.Item>{then}</List.Item>
        </List>
        <InlineStack gap="200">
          <Button disabled={!may} loading={yes.busy} onClick={() => setAsking(true)}>
            {redo ? t('run.undo.yesRedo') : t('run.undo.yes')}
          </Button>
          <Button
            variant="plain"
            disabled={!may || yes.busy}
            loading={no.busy}
            onClick={() => no.run({ intent: 'discard', connectionId: run.connectionId, sync: run.sync, runId: run.id })}
          >
            {redo ? t('run.undo.noRedo') : t('run.undo.no')}
          </Button>
        </InlineStack>
      </BlockStack>
      <Confirm
        id="undo-now"
        open={asking}
        title={t('run.undo.yesTitle')}
        action={redo ? t('run.undo.yesRedo') : t('run.undo.yes')}
        destructive
        onClose={() => setAsking(false)}
        onConfirm={() => yes.run({ intent: 'undo', runId: run.id })}
      >
        <BlockStack gap="200">
          <Text as="p">{sums}</Text>
          <Text as="p">{then}</Text>
        </BlockStack>
      </Confirm>
    </Banner>
  );
}

/** What a run undoes and is undone by; then whether it can be undone, how far, or why not; the button that asks for it. */
export function UndoRun({ run, undo }: UndoProps): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  const may = useMay('operator');
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const action = useAction<{ runId: string }>({
    url: '/app/undo',
    onDone: (result) => result && navigate(`/app/activity/runs/${result.runId}`),
  });
  const { is, undoes, undoneBy, refusal, levels, rewritten, doubtful, purged } = undo;
  const linkTo = ({ id, at }: LinkedRun) => (
    <Link url={`/app/activity/runs/${id}`}>{t('run.undo.runOf', { when: formats.dateTime(at) })}</Link>
  );
  const undone = is === 'undo';
  const label = undone ? t('run.undo.redo') : t('run.undo.undo');
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('run.undo.title')}
        </Text>
        <FailureBanner failure={action.failure} />
        {(undoes ?? undoneBy) ? (
          <Facts
            items={[
              { name: is === 'redo' ? t('run.undo.redoes') : t('run.undo.undoes'), value: undoes ? linkTo(undoes) : null },
              {
                name: undone ? t('run.undo.redoneBy') : t('run.undo.undoneBy'),
                value: undoneBy ? (
                  <InlineStack gap="200" blockAlign="center">
                    {linkTo(undoneBy)}
                    <StateBadge of="run" state={undoneBy.state} />
                  </InlineStack>
                ) : null,
              },
            ]}
          />
        ) : null}
        {refusal ? (
          <Text as="p" tone="subdued">
            {words.reason(refusal.code, refusal.params, run.connector)}
          </Text>
        ) : (
          <Text as="p">{t('run.undo.can', { count: levels })}</Text>
        )}
        {!refusal && rewritten > 0 ? <Text as="p">{t('run.undo.rewritten', { count: rewritten })}</Text> : null}
        {!refusal && doubtful > 0 ? <Text as="p">{t('run.undo.doubtful', { count: doubtful })}</Text> : null}
        {!refusal && purged > 0 ? <Text as="p">{t('run.undo.purged', { count: purged })}</Text> : null}
        {refusal ? null : (
          <InlineStack>
            <Button disabled={!may} loading={action.busy} onClick={() => setAsking(true)}>
              {label}
            </Button>
          </InlineStack>
        )}
      </BlockStack>
      <Confirm
        id="undo-run"
        open={asking}
        title={undone ? t('run.undo.redoTitle') : t('run.undo.askTitle')}
        action={t('run.undo.plan')}
        onClose={() => setAsking(false)}
        onConfirm={() => action.run({ intent: 'plan', runId: run.id })}
      >
        <BlockStack gap="200">
          <Text as="p">{t('run.undo.askFirst')}</Text>
          <Text as="p">{t('run.undo.askThen', { connection: run.connectionName })}</Text>
        </BlockStack>
      </Confirm>
    </Card>
  );
}
