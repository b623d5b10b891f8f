// the elements of the admin, for the types alone
import type {} from '@shopify/ui-extensions/admin.product-details.block.render';
import type { ComponentChildren } from 'preact';
import type { AppFailure, FailureKind } from './ask-app.ts';
import type { SayIn } from './messages.ts';

export type FailureKey = `failure.${FailureKind}.${'title' | 'fix'}`;

/** What went wrong between extension and app, and the one thing to do. Every catalogue has `failure.<kind>.title` and `.fix`. */
export function FailureNote({ failure, say }: { failure: AppFailure; say: SayIn<FailureKey> }): ComponentChildren {
  return (
    <s-banner tone="critical" heading={say(`failure.${failure.kind}.title`)}>
      <s-paragraph>{say(`failure.${failure.kind}.fix`, { reference: failure.reference })}</s-paragraph>
    </s-banner>
  );
}
