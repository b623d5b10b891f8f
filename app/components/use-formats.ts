import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { writeMoney } from '../core/money.ts';
import { useShop } from './shop-context.tsx';

export interface Formats {
  number: (value: number) => string;
  /** 0 to 1, with one decimal; never rounded up to all. */
  percent: (share: number) => string;
  /** Minor units of `currency`; without one, of the shop's. */
  money: (minor: number, currency?: string) => string;
  date: (iso: string) => string;
  dateTime: (iso: string) => string;
  /** `3 minutes ago`, `in 2 hours`; both moments by the server's clock. */
  relative: (iso: string, nowIso: string) => string;
  /** `1:05 min` for a length in milliseconds. */
  duration: (ms: number) => string;
}

const steps: [limitSeconds: number, unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  [60, 'second', 1],
  [3_600, 'minute', 60],
  [86_400, 'hour', 3_600],
  [30 * 86_400, 'day', 86_400],
  [365 * 86_400, 'month', 30 * 86_400],
  [Infinity, 'year', 365 * 86_400],
];

/** Numbers, money and moments in the admin's language, the shop's zone and its currency. */
export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const { shop } = useShop();
  return useMemo(() => {
    const locale = i18n.language;
    const { timeZone } = shop;
    const number = new Intl.NumberFormat(locale);
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1, roundingMode: 'floor' });
    const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
    const dateTime = new Intl.DateTimeFormat(locale, {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
      timeZone,
    });
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    return {
      number: (value) => number.format(value),
      percent: (share) => percent.format(share),
      money: (minor, currency = shop.currency) => writeMoney({ amount: minor, currency }, locale),
      date: (iso) => date.format(new Date(iso)),
      dateTime: (iso) => dateTime.format(new Date(iso)),
      relative: (iso, nowIso) => {
        const seconds = Math.round((Date.parse(iso) - Date.parse(nowIso)) / 1000);
        const [, unit, length] = steps.find(([limit]) => Math.abs(seconds) < limit) ?? ['', 'year' as const, 365 * 86_400];
        return relative.format(Math.round(seconds / length), unit);
      },
      duration: (ms) => {
        const seconds = Math.max(0, Math.round(ms / 1000));
        if (seconds < 60) return new Intl.NumberFormat(locale, { style: 'unit', unit: 'second' }).format(seconds);
        return new Intl.NumberFormat(locale, { style: 'unit', unit: 'minute' }).format(Math.round(seconds / 60));
      },
    };
  }, [i18n.language, shop]);
}
