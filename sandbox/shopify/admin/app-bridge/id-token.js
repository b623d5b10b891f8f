import { ask } from './channel.js';

/** A token is thrown away this long before its end, so that it doesn't run out on its way to the app's server. */
const MARGIN_MS = 10_000;

/** @type {{ token: string, until: number } | undefined} */
let kept;
/** @type {Promise<string> | undefined} */
let underway;

/**
 * Lifetime in ms. Counted from the token's own start, never against this browser's clock: the sandbox's clock may run days ahead of it.
 * @param {string} token
 */
export function lifetimeMs(token) {
  const part = token.split('.')[1];
  if (!part) return 0;
  try {
    const claims = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    return (claims.exp - (claims.iat ?? claims.nbf)) * 1000;
  } catch {
    return 0;
  }
}

/** @returns {Promise<string>} a token that is good for at least ten more seconds */
export function idToken() {
  if (kept && performance.now() < kept.until) return Promise.resolve(kept.token);
  underway ??= ask('id-token')
    .then((/** @type {string} */ token) => {
      kept = { token, until: performance.now() + lifetimeMs(token) - MARGIN_MS };
      return token;
    })
    .finally(() => {
      underway = undefined;
    });
  return underway;
}

/** Forgets the token, after the app's server refused it. */
export function dropIdToken() {
  kept = undefined;
}
