import type { ComponentChildren } from 'preact';
import { FailureNote, type FailureKey } from './failure-note.tsx';
import type { SayIn } from './messages.ts';
import type { InBlock } from './use-answer.ts';

interface SyncButtonProps extends Pick<InBlock<unknown>, 'sync' | 'onSync' | 'look'> {
  /** On the button. */
  label: string;
  /** Whether the person's role lets them. */
  allowed: boolean;
  say: SayIn<FailureKey | `sync.${'notAllowed' | 'look' | 'running' | 'done' | 'slow'}`>;
}

/** The button that syncs, with its progress and what went wrong beside it. */
export function SyncButton({ label, sync, allowed, say, onSync, look }: SyncButtonProps): ComponentChildren {
  if (!allowed) return <s-text color="subdued">{say('sync.notAllowed')}</s-text>;
  const running = sync.phase === 'running';
  return (
    <s-stack gap="small-200">
      {sync.phase === 'failed' && <FailureNote failure={sync.failure} say={say} />}
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-button loading={running} disabled={running} onClick={onSync}>
          {label}
        </s-button>
        {sync.phase === 'slow' && <s-button onClick={look}>{say('sync.look')}</s-button>}
      </s-stack>
      <s-box accessibilityRole="status">
        {running && <s-text color="subdued">{say('sync.running')}</s-text>}
        {sync.phase === 'done' && <s-text color="subdued">{say('sync.done')}</s-text>}
        {sync.phase === 'slow' && <s-text color="subdued">{say('sync.slow')}</s-text>}
      </s-box>
    </s-stack>
  );
}
