import { createTransport } from 'nodemailer';
import {
  CrossdockError,
  NeedsMerchantError,
  RejectedError,
  TransientError,
  type CrossdockError as Failure,
} from '../core/errors.ts';
import { env } from '../env.server.ts';
import { connectToMailServer } from './mail-socket.ts';
import type { StoredSettings } from './settings-store.ts';

export interface Mail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** The same for each attempt, so that a mail that arrives twice is known as one. */
  id: string;
}

const TIMEOUT_MS = 15_000;
const timeouts = { connectionTimeout: TIMEOUT_MS, greetingTimeout: TIMEOUT_MS, socketTimeout: 2 * TIMEOUT_MS };

function operatorsServer() {
  if (!env.SMTP_URL || !env.SMTP_FROM)
    throw new NeedsMerchantError('mail-server-missing', 'Neither the operator nor the shop has named a mail server');
  const url = new URL(env.SMTP_URL);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  const transport = createTransport({
    host: url.hostname,
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    // A password is never sent in the clear.
    requireTLS: !secure && user !== '',
    ...(user ? { auth: { user, pass: decodeURIComponent(url.password) } } : {}),
    ...timeouts,
  });
  return { transport, from: env.SMTP_FROM, host: url.hostname };
}

function shopsServer({ settings, password }: StoredSettings) {
  const { smtpHost: host, smtpPort: port, smtpSecurity: security, smtpUser: user, smtpFrom: from } = settings;
  if (!host || !from) throw new NeedsMerchantError('mail-server-missing', 'The shop has named no mail server');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user && password ? { auth: { user, pass: password } } : {}),
    ...timeouts,
    getSocket(_options, answer) {
      connectToMailServer({ host, port, timeoutMs: TIMEOUT_MS }, { allowed: env.ALLOWED_PRIVATE_HOSTS }).then(
        (connection) => answer(null, { connection }),
        (error: unknown) => answer(error as Error, false),
      );
    },
  });
  return { transport, from, host };
}

const certificate = /certificate|self.signed|altname|CERT_|UNABLE_TO|DEPTH_ZERO|wrong version number|STARTTLS/i;

/** What went wrong, without the server's own words: they quote addresses. */
function failureOf(thrown: unknown, host: string): Failure {
  if (thrown instanceof CrossdockError) return thrown;
  const {
    code = '',
    responseCode = 0,
    message = '',
  } = (thrown ?? {}) as { code?: string; responseCode?: number; message?: string };
  // Nor is the error itself kept as the cause: it would reach the log.
  const cause = { params: { host, status: responseCode } };
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return new NeedsMerchantError('mail-login-refused', `${host} refuses the user or password`, cause);
  if (code === 'ETLS' || certificate.test(`${code} ${message}`))
    return new NeedsMerchantError('mail-not-encrypted', `${host} offers no encryption that can be trusted`, cause);
  if (responseCode >= 500) return new RejectedError('mail-refused', `${host} refuses the message`, cause);
  return new TransientError('mail-unreachable', `${host} takes no messages now`, cause);
}

/** Hands one message to the operator's or the shop's mail server. Throws one of the four errors. */
export async function sendMail(mail: Mail, stored: StoredSettings): Promise<{ status: number }> {
  const { transport, from, host } = stored.settings.mailServer === 'own' ? shopsServer(stored) : operatorsServer();
  const domain = from.split('@').at(-1)?.replace(/>.*/, '') ?? 'crossdock';
  try {
    const { response } = await transport.sendMail({
      from,
      to: mail.to,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${mail.id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    });
    return { status: Number(/^\d{3}/.exec(response)?.[0] ?? 250) };
  } catch (thrown) {
    throw failureOf(thrown, host);
  } finally {
    transport.close();
  }
}
