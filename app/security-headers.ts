import type { MiddlewareHandler } from 'hono';

/**
 * What every answer carries, whatever made it. Documents of the app say themselves which shop's admin may frame them (entry.server);
 * everything else may be framed by nobody. Strict transport is for production only: a browser would remember it for localhost.
 */
export function securityHeaders({ production }: { production: boolean }): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const set = (name: string, value: string) => context.res.headers.set(name, value);
    set('X-Content-Type-Options', 'nosniff');
    // Addresses of pages hold ID tokens and names of orders: another origin is told the origin only.
    set('Referrer-Policy', 'strict-origin-when-cross-origin');
    set('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    if (!context.res.headers.has('Content-Security-Policy')) set('Content-Security-Policy', "frame-ancestors 'none'");
    if (production) set('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
    context.res.headers.delete('X-Powered-By');
  };
}
