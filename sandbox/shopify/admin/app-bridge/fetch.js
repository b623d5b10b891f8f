import { config } from './config.js';
import { dropIdToken, idToken } from './id-token.js';
import { openFromApp } from './navigation.js';

const RETRY_HEADER = 'X-Shopify-Retry-Invalid-Session-Request';
const REAUTHORIZE_HEADER = 'X-Shopify-API-Request-Failure-Reauthorize-Url';

/**
 * Requests to the app's own server carry the ID token; one that the server refuses as stale is sent once more with a new token.
 * Requests to anywhere else pass untouched.
 */
export function wrapFetch() {
  const plainFetch = window.fetch.bind(window);

  /** @param {Request} request */
  const send = async (request) => {
    const headers = new Headers(request.headers);
    if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${await idToken()}`);
    if (!headers.has('X-Requested-With')) headers.set('X-Requested-With', 'XMLHttpRequest');
    if (!headers.has('Accept-Language')) headers.set('Accept-Language', config.locale);
    return plainFetch(new Request(request, { headers }));
  };

  window.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.startsWith('shopify:')) throw new TypeError(`The sandbox admin has no direct API access (${url}).`);
    if (new URL(url, location.href).origin !== location.origin) return plainFetch(input, init);

    const request = new Request(input, init);
    const again = request.clone();
    let response = await send(request);
    if (response.headers.has(RETRY_HEADER)) {
      dropIdToken();
      response = await send(again);
    }
    const reauthorize = response.headers.get(REAUTHORIZE_HEADER);
    if (reauthorize) openFromApp(new URL(reauthorize, location.href).href, '_top');
    return response;
  };
}
