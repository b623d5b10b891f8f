import type { ComponentChildren } from 'preact';
import { moment, type I18n } from '../../shared/src/messages.ts';
import type { Say } from './messages.ts';
import type { ParcelAnswer, PartAnswer } from './order-answer.ts';
import { parcelWord, partWord } from './states.ts';

/** One part: which back office has it under which number, how far it is, and its parcels. */
export function OrderPart({
  part,
  timeZone,
  i18n,
  say,
}: {
  part: PartAnswer;
  timeZone: string;
  i18n: I18n;
  say: Say;
}): ComponentChildren {
  const { key, tone } = partWord(part);
  return (
    <s-stack gap="small-300">
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-text type="strong">{part.backOffice}</s-text>
        <BackOfficeNumber part={part} say={say} />
        <s-badge tone={tone}>{say(key)}</s-badge>
      </s-stack>
      <s-text color="subdued">{say('part.where', { reference: part.reference, facility: part.facility })}</s-text>
      {part.shipments.map((parcel) => (
        <Parcel
          key={`${parcel.shippedAt} ${parcel.tracking[0]?.number ?? ''}`}
          parcel={parcel}
          timeZone={timeZone}
          i18n={i18n}
          say={say}
        />
      ))}
    </s-stack>
  );
}

function BackOfficeNumber({ part: { backOfficeNumber, backOfficeUrl }, say }: { part: PartAnswer; say: Say }): ComponentChildren {
  if (!backOfficeNumber) return <s-text color="subdued">{say('part.noNumber')}</s-text>;
  if (!backOfficeUrl) return <s-text>{backOfficeNumber}</s-text>;
  // Stockroom's pages are the app's own, and a relative address leads to the app
  return (
    <s-link href={backOfficeUrl} target={backOfficeUrl.startsWith('/') ? 'auto' : '_blank'}>
      {backOfficeNumber}
    </s-link>
  );
}

function Parcel({
  parcel,
  timeZone,
  i18n,
  say,
}: {
  parcel: ParcelAnswer;
  timeZone: string;
  i18n: I18n;
  say: Say;
}): ComponentChildren {
  const word = parcelWord(parcel);
  return (
    <s-stack direction="inline" gap="small-200" alignItems="center">
      <s-text>{say('parcel.shipped', { date: moment(i18n, parcel.shippedAt, timeZone) })}</s-text>
      {parcel.tracking.length === 0 && <s-text color="subdued">{say('parcel.noTracking')}</s-text>}
      {parcel.tracking.map(({ number, carrier, url }) => (
        <s-text key={number}>
          {carrier ? `${carrier} ` : ''}
          {url ? (
            <s-link href={url} target="_blank">
              {number}
            </s-link>
          ) : (
            number
          )}
        </s-text>
      ))}
      {word && <s-badge tone={word.tone}>{say(word.key)}</s-badge>}
    </s-stack>
  );
}
