import { useCallback, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import { asAppFailure, askApp, type AppFailure } from '../../shared/src/ask-app.ts';
import { FailureNote } from '../../shared/src/failure-note.tsx';
import type { I18n } from '../../shared/src/messages.ts';
import { sayWith, type MessageKey } from './messages.ts';
import { isStartedAnswer, type StartedAnswer } from './started-answer.ts';

/** What the action is about; its texts stand in the catalogue under it. */
export type Kind = 'orders' | 'products';

interface SyncActionProps {
  kind: Kind;
  i18n: I18n;
  /** Shopify's global ids. */
  ids: string[];
  request: typeof fetch;
  close: () => void;
}

type State = { phase: 'idle' | 'busy' } | { phase: 'done'; answer: StartedAnswer } | { phase: 'failed'; failure: AppFailure };

/** The app takes so many at once; the rest is said. */
const MOST = 100;

const texts: Record<Kind, Record<'heading' | 'what' | 'done', MessageKey>> = {
  orders: { heading: 'orders.heading', what: 'orders.what', done: 'orders.done' },
  products: { heading: 'products.heading', what: 'products.what', done: 'products.done' },
};

/** Has the app take chosen orders or products through their sync once more, from the menu of their page or list. */
export function SyncAction({ kind, i18n, ids, request, close }: SyncActionProps): ComponentChildren {
  const say = sayWith(i18n);
  const [state, setState] = useState<State>({ phase: 'idle' });
  const chosen = ids.slice(0, MOST);
  const start = useCallback(() => {
    setState({ phase: 'busy' });
    askApp(request, {
      url: '/api/extension/sync',
      method: 'POST',
      body: { kind, ids: ids.slice(0, MOST) },
      isAnswer: isStartedAnswer,
    }).then(
      (answer) => setState({ phase: 'done', answer }),
      (thrown: unknown) => setState({ phase: 'failed', failure: asAppFailure(thrown) }),
    );
  }, [request, kind, ids]);
  const { heading, what, done } = texts[kind];
  const finished = state.phase === 'done';
  return (
    <s-admin-action heading={say(heading)} loading={state.phase === 'busy'}>
      <s-stack gap="base">
        {state.phase === 'failed' && <FailureNote failure={state.failure} say={say} />}
        {finished && !state.answer.connected ? (
          <s-banner tone="warning" heading={say('notConnected.title')}>
            <s-paragraph>{say('notConnected.fix')}</s-paragraph>
          </s-banner>
        ) : finished ? (
          <s-banner tone="success" heading={say(done, { count: state.answer.started })} />
        ) : (
          <s-paragraph>{say(what, { count: chosen.length })}</s-paragraph>
        )}
        {!finished && ids.length > MOST && <s-paragraph>{say('most', { count: MOST })}</s-paragraph>}
      </s-stack>
      {!finished && (
        <s-button
          slot="primary-action"
          variant="primary"
          disabled={state.phase === 'busy' || chosen.length === 0}
          onClick={start}
        >
          {say('start')}
        </s-button>
      )}
      <s-button slot="secondary-actions" onClick={close}>
        {finished ? say('close') : say('cancel')}
      </s-button>
    </s-admin-action>
  );
}
