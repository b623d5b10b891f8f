import { useFetcher, useRevalidator } from '@remix-run/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunView } from '../sync/runs/read-runs.ts';
import { BlockStack, ProgressBar, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

interface Progress {
  runs: RunView[];
  now: string;
}

/** Runs of the connection that are under way, asked for every second as long as there are any; when the last one ends the page is read again. */
export function useRunProgress(connectionId: string, known: RunView[], now: string): Progress {
  const { load, data, state } = useFetcher<Progress>();
  const { revalidate } = useRevalidator();
  const latest = data as Progress | undefined;
  const going = known.length > 0;
  const ended = useRef(false);
  useEffect(() => {
    if (!going) return;
    ended.current = false;
    const ask = (): void => {
      if (document.visibilityState === 'visible') load(`/app/progress?connection=${encodeURIComponent(connectionId)}`);
    };
    const timer = setInterval(ask, 1_000);
    return () => clearInterval(timer);
  }, [going, connectionId, load]);
  useEffect(() => {
    if (!going || state !== 'idle' || !latest || ended.current) return;
    const still = new Set(latest.runs.map(({ id }) => id));
    if (known.every(({ id }) => still.has(id))) return;
    ended.current = true;
    revalidate();
  }, [going, state, latest, known, revalidate]);
  return going && latest ? latest : { runs: known, now };
}

/** Records dealt with. A total may count only what is to be written; then what was left out beforehand doesn't count towards it. */
function handled({ counts: { done, failed, skipped, held, total } }: RunView): number {
  const all = done + failed + skipped + held;
  return total !== null && all > total ? Math.min(total, done + failed) : all;
}

/** Counts, rate and time left of one run. */
export function RunProgress({ run, now }: { run: RunView; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const count = handled(run);
  const { total } = run.counts;
  const ms = run.startedAt ? Math.max(1, Date.parse(now) - Date.parse(run.startedAt)) : 0;
  const perSecond = ms > 0 ? (count * 1000) / ms : 0;
  const left = total !== null && perSecond > 0 && total > count ? ((total - count) / perSecond) * 1000 : null;
  const facts = [
    total === null ? t('progress.count', { count }) : t('progress.countOf', { count, total }),
    ...(count > 0 ? [t('progress.rate', { rate: formats.number(Number(perSecond.toPrecision(2))) })] : []),
    ...(left === null ? [] : [t('progress.left', { time: formats.duration(left) })]),
  ];
  return (
    <div className="cd-progress" role="status">
      <BlockStack gap="100">
        {total === null ? (
          <div className="cd-indeterminate" aria-hidden="true" />
        ) : (
          <ProgressBar
            size="small"
            progress={total === 0 ? 0 : Math.min(100, Math.round((count / total) * 100))}
            ariaLabelledBy={`run-${run.id}`}
          />
        )}
        <Text as="p" id={`run-${run.id}`} variant="bodySm">
          {run.state === 'queued' ? t('progress.queued') : facts.join(' · ')}
        </Text>
      </BlockStack>
    </div>
  );
}
