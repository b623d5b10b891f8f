import { RemixBrowser } from '@remix-run/react';
import { startTransition, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { loadCatalogue, localeOf } from './locales/catalogues.ts';
import { createMessages } from './locales/messages.ts';

/** The server wrote into the document what it is said with; the same messages must be there before the page comes alive. */
async function start(): Promise<void> {
  const locale = localeOf(document.documentElement.lang);
  const withFurther = document.documentElement.dataset['messages'] !== 'first';
  const messages = createMessages(locale, await loadCatalogue(locale, { withFurther }));
  startTransition(() => {
    hydrateRoot(
      document,
      <StrictMode>
        <I18nextProvider i18n={messages}>
          <RemixBrowser />
        </I18nextProvider>
      </StrictMode>,
    );
  });
}

void start();
