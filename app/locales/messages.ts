import { createInstance, type i18n } from 'i18next';
import type { Catalogue, Locale } from './catalogues.ts';

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
    resources: { [locale]: { app: catalogue.app, polaris: catalogue.polaris as Catalogue['app'] } },
    defaultNS: 'app',
    ns: ['app', 'polaris'],
    interpolation: { escapeValue: false },
    // A stored record may lack a blank that its message got later.
    missingInterpolationHandler: () => '',
    react: { useSuspense: false },
    returnNull: false,
  });
  return messages;
}
