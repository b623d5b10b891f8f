import { createInstance, type i18n } from 'i18next';
import { loadFurther, localeOf, type Catalogue, type Locale } from './catalogues.ts';

/** Messages that say only what the home and the frame around it say. */
const firstOnly = new WeakSet<i18n>();

export const lacksFurther = (messages: i18n): boolean => firstOnly.has(messages);

/** Adds what further pages say. */
export async function addFurther(messages: i18n): Promise<void> {
  const locale = localeOf(messages.language);
  messages.addResourceBundle(locale, 'app', await loadFurther(locale));
  firstOnly.delete(messages);
}

/**
 * The messages of one document. Our own are the namespace `app`, Polaris' are `polaris`, and every connector's are added under its
 * id when the page knows which connectors there are. Numbers in messages are written `{{count, number}}`.
 */
export function createMessages(locale: Locale, catalogue: Catalogue): i18n {
  const messages = createInstance();
  void messages.init({
    lng: locale,
    fallbackLng: false,
    initAsync: false,
    showSupportNotice: false,
    resources: { [locale]: { app: { ...catalogue.app, ...catalogue.further }, polaris: catalogue.polaris as Catalogue['app'] } },
    defaultNS: 'app',
    ns: ['app', 'polaris'],
    interpolation: { escapeValue: false },
    // A stored record may lack a blank that its message got later.
    missingInterpolationHandler: () => '',
    react: { useSuspense: false },
    returnNull: false,
  });
  if (!catalogue.further) firstOnly.add(messages);
  return messages;
}
