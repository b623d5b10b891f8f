import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { env } from '../env.server.ts';
import { shopDomain } from './shop-domain.ts';

/** Who is asking, as App Bridge or an extension proves it. */
export interface Identity {
  domain: string;
  /** Shopify's user id. */
  userId: string;
}

/** Why a token was not taken; the token itself is never named. */
export class IdTokenError extends Error {}

const header = z.object({ alg: z.literal('HS256') });
const claims = z.object({
  iss: z.url(),
  dest: z.url(),
  aud: z.string(),
  sub: z.string().min(1),
  exp: z.number(),
  nbf: z.number().optional(),
});

/** What Shopify's own library allows. */
const TOLERANCE_S = 10;

function decode<T>(schema: z.ZodType<T>, part: string, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    throw new IdTokenError(`The ${what} of the ID token can't be read`);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    throw new IdTokenError(
      `The ${what} of the ID token is not one of Shopify's: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`,
    );
  return parsed.data;
}

/**
 * Checks an ID token: signed by Shopify for this app (HS256 with the app's secret), for the shop it names, and still valid. It lives for a minute of real
 * time, whatever the sandbox's clock says. Throws IdTokenError.
 */
export function verifyIdToken(token: string): Identity {
  const [head, body, signature, ...rest] = token.split('.');
  if (!head || !body || !signature || rest.length > 0) throw new IdTokenError('The ID token has not three parts');
  decode(header, head, 'header');
  const expected = createHmac('sha256', env.SHOPIFY_API_SECRET).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new IdTokenError("The ID token's signature is wrong");
  const { iss, dest, aud, sub, exp, nbf } = decode(claims, body, 'content');
  if (aud !== env.SHOPIFY_API_KEY) throw new IdTokenError('The ID token is for another app');
  const seconds = Date.now() / 1000;
  if (exp + TOLERANCE_S < seconds) throw new IdTokenError('The ID token has expired');
  if (nbf !== undefined && nbf - TOLERANCE_S > seconds) throw new IdTokenError('The ID token is not valid yet');
  const domain = shopDomain(new URL(dest).hostname);
  if (!domain || new URL(iss).hostname.toLowerCase() !== domain) throw new IdTokenError('The ID token names no shop, or two');
  return { domain, userId: sub };
}

/** The ID token of a request: `Authorization: Bearer …` (fetches of a page or an extension), or the `id_token` of a document. */
export function idTokenOf(request: Request): string | null {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return bearer ?? new URL(request.url).searchParams.get('id_token');
}
