import { useMemo } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { I18n } from '../../shared/src/messages.ts';
import { SyncButton } from '../../shared/src/sync-button.tsx';
import { Unanswered } from '../../shared/src/unanswered.tsx';
import { useAnswer, type Pause } from '../../shared/src/use-answer.ts';
import { sayWith, type Say } from './messages.ts';
import type { OrderAnswer } from './order-answer.ts';
import { orderClient } from './order-client.ts';
import { OrderPart } from './order-part.tsx';
import { orderWord } from './states.ts';

interface OrderBlockProps {
  i18n: I18n;
  /** Shopify's global id. */
  orderId: string;
  request: typeof fetch;
  pause: Pause;
}

/** What is shown when the merchant has collapsed the block. */
export function summaryOf(answer: OrderAnswer, say: Say): string {
  const numbers = answer.parts.flatMap(({ backOfficeNumber }) => backOfficeNumber ?? []);
  return [say(orderWord(answer).key), ...(answer.problem ? [answer.problem.title] : []), ...numbers].join(' · ');
}

/** The order's page in the app; `app:` leads there from the admin. */
export function appPageOf(orderId: string): string {
  return `app:app/orders/${orderId.slice(orderId.lastIndexOf('/') + 1)}`;
}

/** Where an order stands in the back office, on its page in Shopify admin. */
export function OrderBlock({ i18n, orderId, request, pause }: OrderBlockProps): ComponentChildren {
  const say = useMemo(() => sayWith(i18n), [i18n]);
  const client = useMemo(() => orderClient(request, { orderId, language: say('language') }), [request, orderId, say]);
  const { answer, failure, sync, look, onSync } = useAnswer(client, pause);

  if (failure || !answer) return <Unanswered failure={failure} look={look} say={say} />;
  return (
    <s-admin-block heading={say('heading')} collapsedSummary={summaryOf(answer, say)}>
      <s-stack gap="base">
        <Standing answer={answer} say={say} />
        {answer.parts.map((part) => (
          <OrderPart key={part.reference} part={part} timeZone={answer.timeZone} i18n={i18n} say={say} />
        ))}
        <s-divider />
        {answer.connected && (
          <SyncButton label={say('sync.again')} allowed={answer.canSyncAgain} {...{ sync, onSync, look, say }} />
        )}
        {answer.order && <s-link href={appPageOf(orderId)}>{say('openInApp')}</s-link>}
      </s-stack>
    </s-admin-block>
  );
}

/** The order as a whole: state, why, and what to do first. */
function Standing({ answer, say }: { answer: OrderAnswer; say: Say }): ComponentChildren {
  const { order, problem, connected } = answer;
  const { key, tone } = orderWord(answer);
  return (
    <>
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-badge tone={tone}>{say(key)}</s-badge>
        {order?.reason && !problem && <s-text color="subdued">{order.reason}</s-text>}
      </s-stack>
      {problem && (
        <s-banner tone="critical" heading={problem.title}>
          <s-paragraph>{problem.fix}</s-paragraph>
          {problem.others > 0 && <s-paragraph>{say('problem.others', { count: problem.others })}</s-paragraph>}
        </s-banner>
      )}
      {!connected && (
        <s-banner tone="warning" heading={say('notConnected.title')}>
          <s-paragraph>{say('notConnected.fix')}</s-paragraph>
          <s-link href="app:app/connections">{say('notConnected.action')}</s-link>
        </s-banner>
      )}
      {connected && !order && <s-paragraph color="subdued">{say('notSeen')}</s-paragraph>}
    </>
  );
}
