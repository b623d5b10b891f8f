import { pino } from 'pino';

/** Keys whose values never reach a log, wherever they stand in what is logged. */
const secretKeys = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'apiKey',
  'authorization',
  'credentials',
  'cookie',
];
const personalKeys = ['email', 'phone', 'address', 'shippingAddress', 'billingAddress', 'firstName', 'lastName', 'customer'];
const paths = [...secretKeys, ...personalKeys].flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

export const logger = pino({
  level: 'info',
  base: undefined,
  redact: { paths, censor: '[masked]' },
  serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
});

export type Logger = typeof logger;

export function setLogLevel(level: string): void {
  logger.level = level;
}
