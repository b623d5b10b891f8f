import type { ComponentChildren } from 'preact';
import { FailureNote, type FailureKey } from './failure-note.tsx';
import type { SayIn } from './messages.ts';
import type { InBlock } from './use-answer.ts';

interface UnansweredProps extends Pick<InBlock<unknown>, 'failure' | 'look'> {
  say: SayIn<FailureKey | 'heading' | 'loading' | 'failure.retry'>;
}

/** A block that has no answer to show: it waits for one, or says why there is none. */
export function Unanswered({ failure, look, say }: UnansweredProps): ComponentChildren {
  return (
    <s-admin-block heading={say('heading')}>
      {failure ? (
        <s-stack gap="base">
          <FailureNote failure={failure} say={say} />
          <s-stack direction="inline">
            <s-button onClick={look}>{say('failure.retry')}</s-button>
          </s-stack>
        </s-stack>
      ) : (
        <s-spinner accessibilityLabel={say('loading')} />
      )}
    </s-admin-block>
  );
}
