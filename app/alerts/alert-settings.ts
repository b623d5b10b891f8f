import { z } from 'zod';

/** The ports that mail servers take messages at; others would only serve to look around in foreign networks. */
export const mailPorts = [25, 465, 587, 2525];

const own = { name: 'mailServer', is: 'own' };

/** How a shop's alerts are made and sent. Every field has a default, so that an empty record is valid. */
export const alertSettings = z.object({
  /** Tells when unusually no order comes. */
  silenceAlarm: z.boolean().default(true),
  /** Minutes without an order before anything is said. */
  silenceMinutes: z
    .int()
    .min(30)
    .max(4320)
    .default(120)
    .meta({ when: { name: 'silenceAlarm', is: 'true' } }),
  /** Orders that would have been usual in that time: below it nothing is said, so that small shops aren't woken by chance. */
  silenceFloor: z
    .int()
    .min(3)
    .max(1000)
    .default(10)
    .meta({ when: { name: 'silenceAlarm', is: 'true' } }),
  /** Weeks that what is usual is learned from. */
  silenceWeeks: z
    .int()
    .min(2)
    .max(12)
    .default(4)
    .meta({ when: { name: 'silenceAlarm', is: 'true' } }),
  /** operator: by the mail server of whoever runs Crossdock; own: by the shop's. */
  mailServer: z.enum(['operator', 'own']).default('operator'),
  smtpHost: z
    .string()
    .trim()
    .max(253)
    .regex(/^([\w.-]*|\[?[0-9a-f:.]+\]?)$/i)
    .default('')
    .meta({ when: own, placeholder: 'smtp.example.com' }),
  smtpPort: z.int().min(1).max(65_535).default(587).meta({ when: own }),
  /** starttls: encrypted after the greeting (587); tls: from the start (465); none: not at all, and then without a password. */
  smtpSecurity: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({ when: own }),
  smtpUser: z.string().trim().max(320).default('').meta({ when: own }),
  /** Sender of the messages. */
  smtpFrom: z
    .union([z.literal(''), z.email().max(320)])
    .default('')
    .meta({ when: own, placeholder: 'alerts@example.com' }),
});

export type AlertSettings = z.infer<typeof alertSettings>;

/** Reads what is stored. A value that an older version allowed and this one doesn't falls back to its default. */
export function readAlertSettings(stored: unknown): AlertSettings {
  const given = (stored ?? {}) as Record<string, unknown>;
  const result = alertSettings.safeParse(given);
  if (result.success) return result.data;
  const faulty = new Set(result.error.issues.map(({ path }) => String(path[0])));
  return alertSettings.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))));
}
