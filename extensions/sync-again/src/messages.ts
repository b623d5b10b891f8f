import type { I18n, KeyOf, SayIn } from '../../shared/src/messages.ts';
import type en from '../locales/en.default.json';

export type MessageKey = KeyOf<typeof en>;
export type Say = SayIn<MessageKey>;

export function sayWith(i18n: I18n): Say {
  return (key, blanks) => i18n.translate(key, blanks);
}
