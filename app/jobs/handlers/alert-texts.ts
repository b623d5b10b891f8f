import type { i18n } from 'i18next';
import type { AlertTexts } from '../../alerts/compose-message.ts';
import { alertWordsOf } from '../../components/alert-words.ts';
import { wordsOf } from '../../components/words.ts';
import { allConnectors } from '../../connections/known-connectors.ts';
import { localeOf, type Locale } from '../../locales/catalogues.ts';
import deFurther from '../../locales/de.further.json' with { type: 'json' };
import de from '../../locales/de.json' with { type: 'json' };
import enFurther from '../../locales/en.further.json' with { type: 'json' };
import en from '../../locales/en.json' with { type: 'json' };
import { createMessages } from '../../locales/messages.ts';

const made = new Map<Locale, i18n>();

/** Our own words and the connectors', as the pages have them. */
function messagesOf(locale: Locale): i18n {
  let messages = made.get(locale);
  if (!messages) {
    messages = createMessages(locale, {
      ...(locale === 'de' ? { app: de, further: deFurther } : { app: en, further: enFurther }),
      polaris: {},
    });
    for (const { id, messages: own } of allConnectors())
      messages.addResourceBundle(locale, id, (locale === 'de' ? own.de : undefined) ?? own.en);
    made.set(locale, messages);
  }
  return messages;
}

/** What messages about alerts say, in the recipient's language and the shop's zone. */
export function alertTexts(language: string, timeZone: string): AlertTexts {
  const locale = localeOf(language);
  const messages = messagesOf(locale);
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const dateTime = (iso: string): string => format.format(new Date(iso));
  const { t } = messages;
  return { t: (key, params) => t(key, params ?? {}), dateTime, ...alertWordsOf(messages, wordsOf(messages, dateTime)) };
}
