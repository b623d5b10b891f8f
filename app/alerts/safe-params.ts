import { maskText } from '../core/mask.ts';

/** Another system's own words, and names of people: they stay inside the app. */
const leftOut = new Set(['vendorText', 'message', 'by', 'customer', 'email', 'phone', 'address']);

/**
 * The blanks of a cause as they may leave the app by e-mail or webhook: without what another system said in its own words, and without
 * anything that looks like an e-mail address or a telephone number.
 */
export function safeParams(params: Record<string, unknown> | null): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params ?? {}).flatMap(([name, value]): [string, string | number][] => {
      if (leftOut.has(name)) return [[name, '']];
      if (typeof value === 'number') return [[name, value]];
      return typeof value === 'string' ? [[name, maskText(value).slice(0, 300)]] : [];
    }),
  );
}
