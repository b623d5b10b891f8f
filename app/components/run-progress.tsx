import { useFetcher, useRevalidator } from '@remix-run/react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dealtWith, paceOf } from '../core/pace.ts';
import type { RunView } from '../sync/runs/read-runs.ts';
import { BlockStack, ProgressBar, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

interface Progress {
  runs: RunView[];
  now: string;
}

/**
 * Runs of the connection that are under way, asked for every second as long as there are any; when one ends the page is read again. `known`: as the page was read
 * at `now`.
 */
export function useRunProgress(connectionId: string, known: RunView[], now: string): Progress {
  const { load, data, state } = useFetcher<Progress>();
  const { revalidate } = useRevalidator();
  const told = data as Progress | undefined;
  // What was told before the page was read says nothing of the runs it shows.
  const latest = told && told.now > now ? told : undefined;
  const going = known.length > 0;
  // The moment of the reading that was found to be outdated: the next reading may be outdated in its turn.
  const outdated = useRef('');
  useEffect(() => {
    if (!going) return;
    const ask = (): void => {
      if (document.visibilityState === 'visible') load(`/app/progress?connection=${encodeURIComponent(connectionId)}`);
    };
    const timer = setInterval(ask, 1_000);
    return () => clearInterval(timer);
  }, [going, connectionId, load]);
  useEffect(() => {
    if (!going || state !== 'idle' || !latest || outdated.current === now) return;
    const still = new Set(latest.runs.map(({ id }) => id));
    if (known.every(({ id }) => still.has(id))) return;
    outdated.current = now;
    revalidate();
  }, [going, state, latest, known, now, revalidate]);
  return going && latest ? latest : { runs: known, now };
}

/** Counts, rate and time left of one run. */
export function RunProgress({ run, now }: { run: RunView; now: string }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const count = dealtWith(run.counts);
  const { total } = run.counts;
  const begun = run.begun && { ...run.begun, since: Date.parse(run.begun.since) };
  const { perSecond, leftMs } = paceOf(run.counts, begun, Date.parse(now));
  const facts = [
    total === null ? t('progress.count', { count }) : t('progress.countOf', { count, total }),
    ...(perSecond !== null ? [t('progress.rate', { rate: formats.number(Number(perSecond.toPrecision(2))) })] : []),
    ...(leftMs === null ? [] : [t('progress.left', { time: formats.duration(leftMs) })]),
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
