import { z } from 'zod';
import { fieldErrorsOf, type FieldErrors } from '../connections/field-errors.ts';
import { assertHostAllowed, hostAndPort } from '../connections/host-guard.ts';
import { asCrossdockError } from '../core/errors.ts';
import { env } from '../env.server.ts';
import { timeOfDay } from '../schedules/time-of-day.ts';
import { severities, topics } from './topics.ts';

export const channels = ['email', 'webhook'] as const;
export const deliveries = ['now', 'hourly', 'daily'] as const;
export const languages = ['en', 'de'] as const;

/** What somebody enters of a recipient. The whole address of a webhook stays secret: empty, it is kept. */
const form = z.object({
  channel: z.enum(channels),
  name: z.string().trim().min(1).max(100),
  address: z.string().trim().max(2000),
  language: z.enum(languages),
  topics: z.array(z.enum(topics)).min(1),
  severity: z.enum(severities),
  connectionId: z.union([z.literal('').transform(() => null), z.uuid()]).nullable(),
  delivery: z.enum(deliveries),
  dailyAt: timeOfDay,
  tellClosed: z.boolean(),
  active: z.boolean(),
});

export type RecipientForm = z.infer<typeof form>;

const only = (name: string, code: string, params: Record<string, string | number> = {}): FieldErrors => ({
  [name]: { code, params },
});

function emailErrors(address: string): FieldErrors {
  if (address === '') return only('address', 'required');
  return z.email().max(320).safeParse(address).success ? {} : only('address', 'not-an-email');
}

/** https, or a host of the operator's own network that the operator named. */
async function urlErrors(address: string): Promise<FieldErrors> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !['https:', 'http:'].includes(url.protocol)) return only('address', 'not-a-url');
  const named = env.ALLOWED_PRIVATE_HOSTS.includes(hostAndPort(url));
  if (url.protocol === 'http:' && !named) return only('address', 'not-a-url');
  try {
    await assertHostAllowed(url, { allowed: env.ALLOWED_PRIVATE_HOSTS });
    return {};
  } catch (thrown) {
    const error = asCrossdockError(thrown);
    if (error.code === 'address-not-allowed') return only('address', 'address-not-allowed', { host: url.host });
    // A name that nobody knows yet may be known tomorrow; the test says it.
    if (error.kind === 'transient') return {};
    throw thrown;
  }
}

/** Validates what was entered, with every wrong field named. `keepsAddress`: an empty address of a webhook stays as it is. */
export async function checkRecipient(
  given: Record<string, unknown>,
  keepsAddress: boolean,
): Promise<{ ok: true; form: RecipientForm } | { ok: false; errors: FieldErrors }> {
  const result = form.safeParse(given);
  if (!result.success) return { ok: false, errors: fieldErrorsOf(result.error, given) };
  const { channel, address } = result.data;
  const kept = keepsAddress && address === '';
  const errors = channel === 'email' ? emailErrors(address) : kept ? {} : await urlErrors(address);
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, form: result.data };
}
