import { useFetcher } from '@remix-run/react';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Backlog } from '../sync/inbox/read-backlog.ts';
import { Banner, Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';

const WHILE_WAITING_MS = 3_000;
const OTHERWISE_MS = 15_000;

/** Orders that wait their turn, how fast they go and how long it will take; nothing while it is a matter of seconds. */
export function BacklogNotice({ known }: { known: Backlog }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const { load, data } = useFetcher<{ backlog: Backlog }>();
  const { waiting, perMinute, leftMs } = (data as { backlog: Backlog } | undefined)?.backlog ?? known;
  const shown = perMinute !== null;
  useEffect(() => {
    const ask = (): void => {
      if (document.visibilityState === 'visible') load('/app/backlog');
    };
    const timer = setInterval(ask, shown ? WHILE_WAITING_MS : OTHERWISE_MS);
    return () => clearInterval(timer);
  }, [shown, load]);
  if (!shown) return null;
  return (
    <Banner tone="info" title={t('home.backlog.title', { count: waiting })}>
      <Text as="p">
        {leftMs === null
          ? t('home.backlog.still')
          : t('home.backlog.pace', { rate: formats.number(perMinute), time: formats.duration(leftMs) })}
      </Text>
      <Text as="p">{t('home.backlog.order')}</Text>
    </Banner>
  );
}
