import { z } from 'zod';

/** `1:base64,2:base64`: versions of the encryption key; the highest encrypts. */
const keyList = z
  .string()
  .transform(
    (text) =>
      new Map(text.split(',').map((pair) => [Number(pair.split(':')[0]), Buffer.from(pair.split(':')[1] ?? '', 'base64')])),
  )
  .refine((keys) => [...keys].every(([version, key]) => version >= 1 && version <= 255 && key.length === 32), {
    message: 'must be VERSION:BASE64 pairs of 32 random bytes, for example 1:$(openssl rand -base64 32)',
  });

/** Parts of the design that a test may switch off, to show that what they prevent then happens. */
const ablations = ['dedupe', 'compare-and-set', 'in-flight', 'write-recording'] as const;
type Ablation = (typeof ablations)[number];

const schema = z.object({
  /** Production unless it is said otherwise: who forgets it must not run with what is for development. */
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: 'must be a postgresql:// URL' }),
  /** The same database past a pooler that pools transactions: migrations, the job engine's session locks and LISTEN need a connection of their own. Unset: there is none in between. */
  DIRECT_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: 'must be a postgresql:// URL' }).optional(),
  ENCRYPTION_KEYS: keyList,
  SHOPIFY_API_KEY: z.string().min(1),
  SHOPIFY_API_SECRET: z.string().min(1),
  /** The public HTTPS address of the app. */
  SHOPIFY_APP_URL: z.url(),
  /** Who runs this installation, and where merchants reach them: shown on the public privacy and support pages. */
  OPERATOR_NAME: z.string().optional(),
  SUPPORT_EMAIL: z.email({ message: 'must be an e-mail address' }).optional(),
  SCOPES: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().positive().default(3000),
  /** Reverse proxies of our own in front of the web process: so many addresses at the end of `X-Forwarded-For` are theirs to tell. */
  PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Hosts inside our own network that a connection may call, comma separated (`127.0.0.1:3100`). */
  ALLOWED_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((host) => host.trim())
        .filter(Boolean),
    ),
  /** The operator's mail server for alerts: `smtps://user:password@host:465`, or `smtp://…:587`, which must offer STARTTLS. Without it shops enter their own. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, message: 'must be an smtp:// or smtps:// URL' }).optional(),
  /** Who the alerts are from: `Crossdock <alerts@example.com>`. */
  SMTP_FROM: z
    .string()
    .regex(/^[^<>@]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/, {
      message: 'must be an e-mail address, with a name before <…> or without',
    })
    .optional(),
  /**
   * When the database was put back to an older backup. What is older than this moment may have been handed over or told though nobody here remembers it, so
   * the other side is asked first. May stay set.
   */
  RESTORED_AT: z.iso
    .datetime({ offset: true, message: 'must be a moment, for example 2026-11-23T04:00:00Z' })
    .transform((text) => new Date(text))
    .optional(),
  /** Outside production only: the Shopify stand-in, its App Bridge and the shared clock. */
  SANDBOX_URL: z.url().optional(),
  APP_BRIDGE_URL: z.url().optional(),
  CLOCK_FILE: z.string().optional(),
  /** Outside production only: what is switched off, comma separated. `dedupe`: repeats of news and of orders handed over are not recognised;
   * `compare-and-set`: stock is written whatever Shopify shows meanwhile; `in-flight`: units sold and not yet reserved are not subtracted;
   * `write-recording`: writes are sent without being written down, so that nobody asks what became of them. */
  ABLATE: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(z.enum(ablations))),
});

export type Env = z.infer<typeof schema>;

/** Without them the app must not meet a merchant. */
const productionKeys = ['OPERATOR_NAME', 'SUPPORT_EMAIL'] as const;
const sandboxKeys = ['SANDBOX_URL', 'APP_BRIDGE_URL', 'CLOCK_FILE', 'ABLATE'] as const;

/** Reads the settings of this process; the message names every missing or wrong key and never shows a value. */
export function readEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  const faults = result.success
    ? []
    : result.error.issues.map(
        ({ path, message }) => `  ${path.join('.')}: ${given[String(path[0])] === undefined ? 'is not set' : message}`,
      );
  if (given['SMTP_URL'] !== undefined && given['SMTP_FROM'] === undefined)
    faults.push('  SMTP_FROM: is not set, and SMTP_URL is');
  if ((given['NODE_ENV'] ?? 'production') === 'production') {
    faults.push(
      ...sandboxKeys
        .filter((key) => given[key] !== undefined)
        .map((key) => `  ${key}: is for the sandbox and must not be set in production`),
      ...productionKeys.filter((key) => given[key] === undefined).map((key) => `  ${key}: is not set`),
    );
  }
  if (!result.success || faults.length > 0)
    throw new Error(`Crossdock can't start; mend these settings (see .env.example):\n${faults.join('\n')}`);
  return result.data;
}

export const env: Env = readEnv(process.env);

/** Where what needs a connection of its own finds the database. */
export const directDatabaseUrl: string = env.DIRECT_DATABASE_URL ?? env.DATABASE_URL;

/** When the database was put back to an older backup, if it ever was. */
export const restoredAt: Date | undefined = env.RESTORED_AT;

/** Whether something done about what has been since then may be forgotten, because the database was put back to an older backup. */
export const mayBeForgotten = (since: string | Date): boolean => restoredAt !== undefined && new Date(since) < restoredAt;

/** Whether this process runs without a part of the design. Never in production: `readEnv` refuses the key there. */
export const isAblated = (part: Ablation): boolean => env.ABLATE.includes(part);
