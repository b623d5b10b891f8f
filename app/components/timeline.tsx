import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { EventView, PartView } from '../sync/orders/read-order-page.ts';
import { Text } from './ui/index.ts';
import { useFormats } from './use-formats.ts';
import { useWords } from './use-words.ts';

/** Events that stand out; everything else is neutral. */
const tones: Record<string, string> = {
  sent: 'success',
  'shipment-mirrored': 'success',
  'return-refunded': 'success',
  'shipment-withheld': 'warning',
  'return-withheld': 'warning',
  'fulfilment-cancelled-in-shopify': 'warning',
  'cancelled-in-back-office': 'critical',
  'decided-hold': 'warning',
  'held-after-hand-over': 'critical',
  withheld: 'warning',
  'amend-too-late': 'critical',
  'cancel-too-late': 'critical',
  problem: 'critical',
};

/** What happened to a record, the newest first, in plain words. */
export function Timeline({ events, parts }: { events: EventView[]; parts: PartView[] }): ReactNode {
  const { t } = useTranslation();
  const formats = useFormats();
  const words = useWords();
  if (events.length === 0) {
    return (
      <Text as="p" tone="subdued">
        {t('order.noEvents')}
      </Text>
    );
  }
  return (
    <ol className="cd-timeline">
      {events.map((event) => {
        const connector = (parts.find(({ id }) => id === event.partId) ?? parts[0])?.connector;
        return (
          <li key={event.id} data-tone={tones[event.kind] ?? 'neutral'}>
            <time dateTime={event.at}>{formats.dateTime(event.at)}</time>
            <Text as="span" breakWord>
              {words.event(event.kind, event.params, connector)}
            </Text>
          </li>
        );
      })}
    </ol>
  );
}
