import { useMemo } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { I18n } from '../../shared/src/messages.ts';
import { SyncButton } from '../../shared/src/sync-button.tsx';
import { Unanswered } from '../../shared/src/unanswered.tsx';
import { useAnswer, type Pause } from '../../shared/src/use-answer.ts';
import { BackOffice } from './back-office.tsx';
import { sayWith, type Say } from './messages.ts';
import type { ProductAnswer } from './product-answer.ts';
import { productClient } from './product-client.ts';
import { summaryOf } from './states.ts';

interface ProductBlockProps {
  i18n: I18n;
  /** Shopify's global id. */
  productId: string;
  request: typeof fetch;
  pause: Pause;
}

/** The product's page in the app; `app:` leads there from the admin. */
function appPageOf(productId: string): string {
  return `app:app/products/${productId.slice(productId.lastIndexOf('/') + 1)}`;
}

/** Where a product stands in each back office, on its page in Shopify admin. */
export function ProductBlock({ i18n, productId, request, pause }: ProductBlockProps): ComponentChildren {
  const say = useMemo(() => sayWith(i18n), [i18n]);
  const client = useMemo(() => productClient(request, { productId, language: say('language') }), [request, productId, say]);
  const { answer, failure, sync, look, onSync } = useAnswer(client, pause);
  if (failure || !answer) return <Unanswered failure={failure} look={look} say={say} />;
  return (
    <s-admin-block heading={say('heading')} collapsedSummary={summaryOf(answer, say)}>
      <s-stack gap="base">
        <Notes answer={answer} say={say} />
        {answer.backOffices.map((backOffice) => (
          <BackOffice key={backOffice.name} backOffice={backOffice} timeZone={answer.timeZone} i18n={i18n} say={say} />
        ))}
        {answer.connected && <s-divider />}
        {answer.connected && <SyncButton label={say('sync.now')} allowed={answer.canSync} {...{ sync, onSync, look, say }} />}
        {answer.product && <s-link href={appPageOf(productId)}>{say('openInApp')}</s-link>}
      </s-stack>
    </s-admin-block>
  );
}

/** What has to be said before the back offices. */
function Notes({ answer: { connected, product }, say }: { answer: ProductAnswer; say: Say }): ComponentChildren {
  if (!connected)
    return (
      <s-banner tone="warning" heading={say('notConnected.title')}>
        <s-paragraph>{say('notConnected.fix')}</s-paragraph>
        <s-link href="app:app/connections">{say('notConnected.action')}</s-link>
      </s-banner>
    );
  return product ? null : <s-paragraph color="subdued">{say('notSeen')}</s-paragraph>;
}
