import '@shopify/shopify-app-remix/adapters/node';
import { AppDistribution, LogSeverity, shopifyApp, type ApiVersion } from '@shopify/shopify-app-remix/server';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';
import { logger } from './core/logger.ts';
import { env } from './env.server.ts';
import { apiVersion } from './shopify/api-version.ts';
import { adminFor, type ShopifyAdmin } from './shopify/client.ts';
import { allowSandboxFrame } from './shopify/document-headers.ts';
import { shopifyFetch } from './shopify/fetch.ts';
import { IdTokenError, idTokenOf, verifyIdToken, type Identity } from './shopify/id-token.ts';
import { findInstalledShop, installShop, type InstalledShop } from './shopify/install.ts';
import { forgetToken } from './shopify/sessions/offline-token.ts';
import { sessionStorage } from './shopify/sessions/session-storage.ts';
import { dropRefusedTokens } from './shopify/sessions/token-probe.ts';
import { withShopLock } from './shopify/sessions/shop-lock.ts';
import { shopDomain } from './shopify/shop-domain.ts';

export { authenticateExtension } from './shopify/extension-request.ts';
export { onInstalled, type Installation, type InstalledHook } from './shopify/install.ts';

const EXCHANGE_TIMEOUT_MS = 15_000;
/** What the library itself takes as "about to expire". */
const EXCHANGE_BEFORE_MS = 5 * 60_000;

// after the imports above, because the library's adapter sets its own fetch while it is imported
setAbstractFetchFunc(((input: string, init?: RequestInit) =>
  shopifyFetch(input, { ...init, signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS) })) as typeof fetch);

const levels = {
  [LogSeverity.Error]: 'error',
  [LogSeverity.Warning]: 'warn',
  [LogSeverity.Info]: 'info',
  [LogSeverity.Debug]: 'debug',
} as const;

const shopify = shopifyApp({
  apiKey: env.SHOPIFY_API_KEY,
  apiSecretKey: env.SHOPIFY_API_SECRET,
  appUrl: env.SHOPIFY_APP_URL,
  // the library's enum has the same text; our constant is the one that counts
  apiVersion: apiVersion as ApiVersion,
  authPathPrefix: '/auth',
  distribution: AppDistribution.AppStore,
  sessionStorage,
  // the online token only tells who the user is: name, account owner, language
  useOnlineTokens: true,
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
  // below warning the library writes tokens into its messages
  logger: {
    level: LogSeverity.Warning,
    log: (severity, message) => Promise.resolve(logger[levels[severity]]({ from: 'shopify-app-remix' }, message)),
  },
});

export interface AdminRequest {
  shop: InstalledShop;
  user: { id: string; name: string; email: string; accountOwner: boolean; locale: string };
  /** The Admin API with the shop's offline token. */
  admin: ShopifyAdmin;
  /** Remix's redirect that keeps the app embedded; `shopify://admin/…` leads to a page of the admin. */
  redirect: Awaited<ReturnType<typeof shopify.authenticate.admin>>['redirect'];
}

function identityOf(request: Request): Identity | null {
  const token = idTokenOf(request);
  if (!token) return null;
  try {
    return verifyIdToken(token);
  } catch (error) {
    if (error instanceof IdTokenError) return null;
    throw error;
  }
}

/**
 * The library is laxer than we are (it takes a token without an end, or one that names two shops): what we refused it is not shown. It
 * then answers as to any broken token, by having App Bridge fetch a new one.
 */
function withoutToken(request: Request): Request {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const broken = 'refused';
  if (headers.has('authorization')) headers.set('authorization', `Bearer ${broken}`);
  if (url.searchParams.has('id_token')) url.searchParams.set('id_token', broken);
  return new Request(url, { method: request.method, headers });
}

/** Whether the library is going to ask Shopify for new tokens, which must not happen twice at once. */
async function needsExchange({ domain, userId }: Identity): Promise<boolean> {
  const session = await sessionStorage.loadSession(`${domain}_${userId}`);
  return !session?.isActive(undefined, EXCHANGE_BEFORE_MS);
}

async function authenticateByLibrary(
  request: Request,
): Promise<{ context: Awaited<ReturnType<typeof shopify.authenticate.admin>>; exchanged: boolean }> {
  const identity = identityOf(request);
  // without a valid ID token the library answers with its bounce page, and asks Shopify nothing
  if (!identity) return { context: await shopify.authenticate.admin(withoutToken(request)), exchanged: false };
  const opened = new URL(request.url).searchParams.has('id_token');
  if (opened) await dropRefusedTokens(identity.domain);
  if (!(await needsExchange(identity))) return { context: await shopify.authenticate.admin(request), exchanged: false };
  return withShopLock(identity.domain, async () => {
    const exchanged = await needsExchange(identity);
    const context = await shopify.authenticate.admin(request);
    if (exchanged) forgetToken(identity.domain);
    return { context, exchanged };
  });
}

/**
 * The door of every page: who asks, for which shop, and that shop's Admin API. Installs the shop on its first request. Throws a Response where the browser has
 * something to do first (fetch an ID token, enter the admin); let it through.
 */
export async function authenticateAdmin(request: Request): Promise<AdminRequest> {
  try {
    const { context, exchanged } = await authenticateByLibrary(request);
    const { session } = context;
    const known = await findInstalledShop(session.shop);
    // new tokens come with a new installation, and when the granted scopes have changed
    const current = known && !(exchanged && scopesDiffer(known.scopes, session.scope)) ? known : null;
    const shop = current ?? (await installShop(session.shop));
    const user = session.onlineAccessInfo?.associated_user;
    return {
      shop,
      user: {
        id: String(user?.id ?? context.sessionToken.sub),
        name: [user?.first_name, user?.last_name].filter(Boolean).join(' '),
        email: user?.email ?? '',
        accountOwner: user?.account_owner ?? false,
        locale: user?.locale ?? new URL(request.url).searchParams.get('locale') ?? 'en',
      },
      admin: adminFor(shop),
      redirect: context.redirect,
    };
  } catch (thrown) {
    if (thrown instanceof Response) allowSandboxFrame(thrown.headers);
    throw thrown;
  }
}

function scopesDiffer(known: string[], granted: string | undefined): boolean {
  // write_x includes read_x, and an online session is told only the former
  const missing = (granted ?? '')
    .split(',')
    .filter((scope) => scope && !known.includes(scope) && !known.includes(scope.replace('read_', 'write_')));
  return missing.length > 0;
}

/** Every document's headers: which shop's admin may frame it. Called in entry.server. */
export function addDocumentResponseHeaders(request: Request, headers: Headers): void {
  shopify.addDocumentResponseHeaders(request, headers);
  allowSandboxFrame(headers);
}

/**
 * `/auth/login`: with `?shop=` leads to Shopify's own install page; otherwise null, and the page says to open the app from the admin. There is never a form
 * to type a shop's domain into (App Store requirement 2.3.1).
 */
export function redirectToInstall(request: Request): Response | null {
  const domain = shopDomain(new URL(request.url).searchParams.get('shop'));
  if (!domain) return null;
  const name = domain.replace('.myshopify.com', '');
  return new Response(null, {
    status: 302,
    headers: { location: `https://admin.shopify.com/store/${name}/oauth/install?client_id=${env.SHOPIFY_API_KEY}` },
  });
}
