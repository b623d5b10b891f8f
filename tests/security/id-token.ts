import { createHmac } from 'node:crypto';

export interface IdTokenOptions {
  domain: string;
  userId?: string;
  secret?: string;
  alg?: string;
  claims?: Record<string, unknown>;
}

/** An ID token as App Bridge would send it, for the test app; every part of it can be made wrong. */
export function idToken({
  domain,
  userId = '42',
  secret = 'crossdock-test-secret',
  alg = 'HS256',
  claims = {},
}: IdTokenOptions): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const body = {
    iss: `https://${domain}/admin`,
    dest: `https://${domain}`,
    aud: 'crossdock-test-key',
    sub: userId,
    exp: seconds + 3600,
    nbf: seconds - 5,
    iat: seconds - 5,
    jti: 'j',
    sid: 's',
    ...claims,
  };
  const signed = `${part({ alg, typ: 'JWT' })}.${part(body)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
