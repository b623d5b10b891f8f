import { useFetcher, useFormAction } from '@remix-run/react';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer, Failure } from './answer.ts';
import { withoutLaunchParams } from './search.ts';
import { useToast } from './ui/index.ts';

export interface Action<Result> {
  /** Sends what is to be done; it must be JSON. */
  run: (body: Record<string, unknown>) => void;
  busy: boolean;
  /** Stays on the page until the next attempt. */
  failure: Failure | null;
  answer: Answer<Result> | undefined;
}

interface ActionOptions<Result> {
  /** Another page's action; without it, this page's. */
  url?: string;
  onDone?: (result: Result | undefined) => void;
  /** The page did it by itself: nobody is told that it is done. */
  quiet?: boolean;
}

/** One thing a person can do on a page. Success is a toast, failure stays where it happened. */
export function useAction<Result = unknown>({ url, onDone, quiet = false }: ActionOptions<Result> = {}): Action<Result> {
  const fetcher = useFetcher<Answer<Result>>();
  const { t } = useTranslation();
  const toast = useToast();
  const seen = useRef<unknown>(undefined);
  const { data, state, submit } = fetcher;
  const here = useFormAction();
  // Not with the admin's parameters: the ID token among them is stale by now.
  const target = url ?? withoutLaunchParams(here);
  const answer = data as Answer<Result> | undefined;
  useEffect(() => {
    if (state !== 'idle' || !answer || seen.current === answer) return;
    seen.current = answer;
    if (!answer.ok) return;
    if (answer.done && !quiet) toast(t(answer.done, answer.params ?? {}));
    onDone?.(answer.result);
  }, [answer, state, toast, t, onDone, quiet]);
  const run = useCallback(
    (body: Record<string, unknown>) =>
      submit(JSON.stringify(body), { method: 'post', encType: 'application/json', action: target }),
    [submit, target],
  );
  const busy = state !== 'idle';
  return { run, busy, answer, failure: !busy && answer && !answer.ok ? answer.failure : null };
}
