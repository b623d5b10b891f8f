import type { i18n } from 'i18next';
import { writeMoney } from '../core/money.ts';

type Params = Record<string, string | number>;

export interface Words {
  /** Title and remedy of a failure or problem; a connector's own wording wins over the general one. */
  failure: (code: string, params?: Params, connector?: string | null) => { title: string; fix: string };
  /** Title over several records with one cause, which may differ in their blanks. */
  failures: (code: string, count: number, params?: Params, connector?: string | null) => string;
  /** Why an order is held, a variant left out, a run ended. */
  reason: (code: string, params?: Params, connector?: string | null) => string;
  /** A line of a record's timeline. */
  event: (kind: string, params?: Params, connector?: string | null) => string;
  /** A word of Shopify's or ours as people say it (`PARTIALLY_PAID`), or the word itself. */
  word: (name: string, value: string) => string;
}

const moment = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Turns stored codes into sentences. Moments among the blanks are written by `dateTime`, known words in plain ones. */
export function wordsOf(messages: i18n, dateTime: (iso: string) => string): Words {
  const { t } = messages;
  const word: Words['word'] = (name, value) => (messages.exists(`words.${name}.${value}`) ? t(`words.${name}.${value}`) : value);
  // Amounts come in minor units beside their currency.
  const money = (minor: number, currency: string): string => writeMoney({ amount: minor, currency }, messages.language);
  const dress = (params: Params): Params =>
    Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        const { currency } = params;
        if (typeof value === 'number')
          return [
            name,
            typeof currency === 'string' && ['expected', 'computed', 'told'].includes(name) ? money(value, currency) : value,
          ];
        return [name, moment.test(value) ? dateTime(value) : word(name, value)];
      }),
    );
  const say = (keys: string[], params: Params): string | undefined => {
    // A sentence never begins with a hole: whoever didn't say who it was is called what they are.
    const who = params['party'] ?? params['backOffice'] ?? t('words.backOffice');
    const blanks = dress({ party: who, backOffice: who, ...params });
    const key = keys.find((one) => messages.exists(one, blanks));
    return key ? t(key, blanks) : undefined;
  };
  const own = (connector: string | null | undefined, key: string): string[] => (connector ? [`${connector}:${key}`, key] : [key]);
  const reason: Words['reason'] = (code, params = {}, connector) =>
    say([...own(connector, `reasons.${code}`), ...own(connector, `errors.${code}.title`)], params) ??
    t('reasons.unknown', { code });
  const failure: Words['failure'] = (code, params = {}, connector) => {
    const blanks = { vendorText: '', message: '', ...params };
    return {
      title:
        say([...own(connector, `errors.${code}.title`), ...own(connector, `reasons.${code}`)], blanks) ??
        (String(blanks.vendorText || blanks.message) || t('errors.unknown.title', { code })),
      fix: say(own(connector, `errors.${code}.fix`), blanks) ?? t('errors.unknown.fix'),
    };
  };
  return {
    failure,
    failures: (code, count, params = {}, connector) => {
      const several = count > 1 ? say(own(connector, `errors.${code}.several`), { ...params, count }) : undefined;
      return several ?? failure(code, params, connector).title;
    },
    reason,
    event: (kind, params = {}, connector) => {
      const code = params['code'] ?? params['reason'];
      const why = typeof code === 'string' && code !== '' ? reason(code, params, connector) : '';
      const count = params['units'] ?? params['remaining'] ?? 0;
      const untracked: Params = params['tracking'] === '' ? { context: 'untracked' } : {};
      return say(own(connector, `timeline.${kind}`), { ...params, why, count: Number(count), ...untracked }) ?? kind;
    },
    word,
  };
}
