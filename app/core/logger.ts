import { pino } from 'pino';
import { maskEmails, maskText } from './mask.ts';

/** Keys whose values never reach a log, wherever they stand in what is logged and however they are spelt (`access_token`, `Access-Token`). */
const secretKeys = [
  'password',
  'passphrase',
  'token',
  'accessToken',
  'refreshToken',
  'idToken',
  'inboundToken',
  'xShopifyAccessToken',
  'secret',
  'clientSecret',
  'apiKey',
  'privateKey',
  'authorization',
  'credentials',
  'cookie',
  'setCookie',
];
const personalKeys = [
  'email',
  'phone',
  'address',
  'address1',
  'address2',
  'shippingAddress',
  'billingAddress',
  'shipTo',
  'billing',
  'firstName',
  'lastName',
  'customer',
];

const plain = (key: string): string => key.replace(/[-_]/g, '').toLowerCase();
const keys = [...secretKeys, ...personalKeys];
const hidden = new Set(keys.map(plain));
/** Deeper than anything that is logged on purpose. */
const DEEPEST = 8;

/** Another system's own words: they may quote whom they are about. */
const told = new Set(['vendortext', 'message']);

function maskField(key: string, value: unknown, depth: number): unknown {
  if (hidden.has(plain(key))) return '[masked]';
  return typeof value === 'string' && told.has(plain(key)) ? maskText(value) : mask(value, depth);
}

function mask(value: unknown, depth = 0): unknown {
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  if (depth > DEEPEST) return '[deeper]';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((one) => mask(one, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskField(key, inner, depth + 1)]));
}

/**
 * An error as far as it is ours to tell: what it is, what it says, where, and its code. Whatever else others hang on it stays away: requests with their
 * headers and variables, a database's "Key (email)=(…)".
 */
function describeError(error: Error, depth = 0): Record<string, unknown> {
  const { code, kind, params, cause } = error as Error & Partial<Record<'code' | 'kind' | 'params' | 'cause', unknown>>;
  // Prisma quotes the whole call, values and all, before the line that says what is wrong with it.
  const whole = error.name.startsWith('PrismaClient') ? (error.message.trim().split('\n').at(-1) ?? '') : error.message;
  // What the other side refused is told in its words. In others' messages what looks like a telephone number may be an address of a host.
  const message = kind === 'rejected' ? maskText(whole) : maskEmails(whole);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    message,
    stack: [`${error.name}: ${message}`, ...frames].join('\n'),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof kind === 'string' ? { kind } : {}),
    ...(params && typeof params === 'object' ? { params: mask(params, depth + 1) } : {}),
    ...(cause instanceof Error && depth < DEEPEST ? { cause: describeError(cause, depth + 1) } : {}),
  };
}

export const logger = pino({
  level: 'info',
  base: undefined,
  formatters: { log: (entry) => mask(entry) as Record<string, unknown> },
  // What a child logger carries passes no formatter.
  redact: { paths: keys.flatMap((key) => [key, `*.${key}`]), censor: '[masked]' },
});

export type Logger = typeof logger;

export function setLogLevel(level: string): void {
  logger.level = level;
}
