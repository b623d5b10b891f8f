import { env } from '../env.server.ts';

/** Origins that hold the app in a frame beside Shopify's: the stand-in admin, in the sandbox only. */
function sandboxOrigins(): string[] {
  return [
    ...new Set([env.SANDBOX_URL, env.APP_BRIDGE_URL].flatMap((url) => (env.SANDBOX_URL && url ? [new URL(url).origin] : []))),
  ];
}

/** Lets the stand-in admin frame a document and takes away the preload of Shopify's own App Bridge. Does nothing outside the sandbox. */
export function allowSandboxFrame(headers: Headers): void {
  const origins = sandboxOrigins();
  const policy = headers.get('content-security-policy');
  if (origins.length === 0 || !policy) return;
  headers.set('content-security-policy', policy.replace(/frame-ancestors ([^;]*)/, `frame-ancestors ${origins.join(' ')} $1`));
  if (headers.get('link')?.includes('cdn.shopify.com/shopifycloud/app-bridge')) headers.delete('link');
}
