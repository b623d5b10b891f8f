import { useMatches, useNavigation, type UIMatch } from '@remix-run/react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { addFurther, lacksFurther } from '../locales/messages.ts';

/** `handle` of a page that says nothing but what every page has: a browser that opens it loads half of the messages. */
export interface FirstMessages {
  messages: 'first';
}

export const saysFirstOnly = ({ handle }: UIMatch): boolean => (handle as FirstMessages | undefined)?.messages === 'first';

/** As Remix does for a page's own code: without it nothing can be shown, and a new version of the app may have taken its place. */
function startAnew(): Promise<never> {
  window.location.reload();
  return new Promise(() => undefined);
}

let coming: Promise<void> | undefined;

/** Keeps the page that is shown until the messages of the next one are there; they are asked for together with its data. */
export function useMessagesOfPage(): void {
  const { i18n } = useTranslation();
  const enough = useMatches().some(saysFirstOnly);
  const leaving = useNavigation().state === 'loading';
  const lacking = lacksFurther(i18n);
  const load = (): Promise<void> => (coming ??= addFurther(i18n).catch(startAnew));
  useEffect(() => {
    if (lacking && leaving) void load();
  });
  // React waits for what is thrown and renders again.
  // eslint-disable-next-line @typescript-eslint/only-throw-error
  if (lacking && !enough) throw load();
}
