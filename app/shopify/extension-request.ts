import { idTokenOf, IdTokenError, verifyIdToken } from './id-token.ts';
import { findInstalledShop, type InstalledShop } from './install.ts';

/** Extensions run on Shopify's own origin. They send no cookies, only the ID token, so that any origin may be told. */
export const extensionCors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-max-age': '86400',
};

function refuse(status: number, code: string): Response {
  return Response.json({ error: code }, { status, headers: extensionCors });
}

/** A request of an admin extension: whose shop, which user. Throws a Response: 204 to a preflight, 401 no valid token, 403 the app isn't installed. */
export async function authenticateExtension(
  request: Request,
): Promise<{ shop: InstalledShop; user: { id: string }; cors: typeof extensionCors }> {
  if (request.method === 'OPTIONS') throw new Response(null, { status: 204, headers: extensionCors });
  const token = idTokenOf(request);
  if (!token) throw refuse(401, 'id-token-missing');
  let identity;
  try {
    identity = verifyIdToken(token);
  } catch (error) {
    if (error instanceof IdTokenError) throw refuse(401, 'id-token-invalid');
    throw error;
  }
  const shop = await findInstalledShop(identity.domain);
  if (!shop) throw refuse(403, 'app-not-installed');
  return { shop, user: { id: identity.userId }, cors: extensionCors };
}
