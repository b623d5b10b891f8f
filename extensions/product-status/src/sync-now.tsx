import type { ComponentChildren } from 'preact';
import { FailureNote } from '../../shared/src/failure-note.tsx';
import type { Say } from './messages.ts';
import type { SyncState } from './use-product.ts';

interface SyncNowProps {
  sync: SyncState;
  /** Whether the person's role lets them. */
  allowed: boolean;
  say: Say;
  onSync: () => void;
  onLook: () => void;
}

/** "Sync now", with its progress and what went wrong beside it. */
export function SyncNow({ sync, allowed, say, onSync, onLook }: SyncNowProps): ComponentChildren {
  if (!allowed) return <s-text color="subdued">{say('sync.notAllowed')}</s-text>;
  const running = sync.phase === 'running';
  return (
    <s-stack gap="small-200">
      {sync.phase === 'failed' && <FailureNote failure={sync.failure} say={say} />}
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-button loading={running} disabled={running} onClick={onSync}>
          {say('sync.now')}
        </s-button>
        {sync.phase === 'slow' && <s-button onClick={onLook}>{say('sync.look')}</s-button>}
      </s-stack>
      <s-box accessibilityRole="status">
        {running && <s-text color="subdued">{say('sync.running')}</s-text>}
        {sync.phase === 'done' && <s-text color="subdued">{say('sync.done')}</s-text>}
        {sync.phase === 'slow' && <s-text color="subdued">{say('sync.slow')}</s-text>}
      </s-box>
    </s-stack>
  );
}
