import type { ComponentChildren } from 'preact';
import type { MessageKey, Say } from './messages.ts';
import type { FailureKind, OrderFailure } from './order-client.ts';

const messages: Record<FailureKind, { title: MessageKey; fix: MessageKey }> = {
  unreachable: { title: 'failure.unreachable.title', fix: 'failure.unreachable.fix' },
  timeout: { title: 'failure.timeout.title', fix: 'failure.timeout.fix' },
  signedOut: { title: 'failure.signedOut.title', fix: 'failure.signedOut.fix' },
  notInstalled: { title: 'failure.notInstalled.title', fix: 'failure.notInstalled.fix' },
  notAllowed: { title: 'failure.notAllowed.title', fix: 'failure.notAllowed.fix' },
  notAnOrder: { title: 'failure.notAnOrder.title', fix: 'failure.notAnOrder.fix' },
  broken: { title: 'failure.broken.title', fix: 'failure.broken.fix' },
};

/** What went wrong between block and app, and the one thing to do. */
export function FailureNote({ failure, say }: { failure: OrderFailure; say: Say }): ComponentChildren {
  const { title, fix } = messages[failure.kind];
  return (
    <s-banner tone="critical" heading={say(title)}>
      <s-paragraph>{say(fix, { reference: failure.reference })}</s-paragraph>
    </s-banner>
  );
}
