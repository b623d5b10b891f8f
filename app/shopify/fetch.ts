import { env } from '../env.server.ts';

/**
 * The one fetch that reaches Shopify. In the sandbox every address of a shop is answered by the stand-in, which learns from a header
 * which shop was meant; any other host is refused there, so that nothing leaves the machine.
 */
export const shopifyFetch: typeof fetch = (input, init) => {
  const sandbox = env.SANDBOX_URL;
  if (!sandbox) return fetch(input, init);
  const url = new URL(input instanceof Request ? input.url : input);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  if (url.origin === new URL(sandbox).origin) return fetch(url, { ...init, headers });
  if (!url.hostname.endsWith('.myshopify.com')) return Promise.reject(new Error(`The sandbox refuses a call to ${url.host}`));
  headers.set('x-sandbox-shop', url.hostname);
  return fetch(new URL(url.pathname + url.search, sandbox), { ...init, headers });
};
