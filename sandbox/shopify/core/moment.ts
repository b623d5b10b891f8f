/** Shopify's moments have whole seconds. */
export const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000;

/** The scalar DateTime: `2026-11-20T10:00:00Z`, without milliseconds. */
export const dateTime = (ms: number): string => new Date(wholeSeconds(ms)).toISOString().replace('.000Z', 'Z');

/** DateTime, or null when there is none. */
export const dateTimeOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : dateTime(ms);
