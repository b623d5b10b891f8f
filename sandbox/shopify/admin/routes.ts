import { Hono } from 'hono';
import { bundleAppBridge, readClientFile } from './client-files.ts';
import { adminPage, adminPageHeaders } from './page.ts';

export interface AdminOptions {
  /** Where the app answers, e.g. `http://localhost:3000`. Another site than the admin's on purpose: storage then behaves as in Shopify's admin. */
  appUrl: string;
  /** The app's client id, as in `<meta name="shopify-api-key">`. */
  apiKey: string;
  /** The shop `/` leads to; the first part of its myshopify.com domain. */
  defaultShop?: string;
}

const SHOP_NAME = /^[a-z0-9][a-z0-9-]*$/;

/**
 * The stand-in of Shopify's admin: pages under `/store/:name`, their files under `/_admin/`, and the App Bridge script.
 * It holds no state and no secret: the pages read and act through the sandbox's control API on the same origin.
 */
export function createAdmin({ appUrl, apiKey, defaultShop = 'crossdock-demo' }: AdminOptions): Hono {
  const app = new Hono();
  const appOrigin = new URL(appUrl).origin;

  app.get('/', (c) => c.redirect(`/store/${defaultShop}`));

  app.get('/app-bridge.js', async (c) => {
    return c.body(await bundleAppBridge(), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'no-cache',
      // The app loads it from another site.
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
  });

  app.get('/_admin/*', async (c) => {
    const file = await readClientFile(c.req.path.slice('/_admin/'.length));
    if (!file) return c.text(`The sandbox admin has no file ${c.req.path}.`, 404);
    return c.body(file.text, 200, { 'content-type': file.contentType, 'cache-control': 'no-cache' });
  });

  const page = (name: string) => adminPage({ appUrl, appOrigin, apiKey, shopName: name });
  app.get('/store/:name/*', (c) => {
    const name = c.req.param('name');
    if (!SHOP_NAME.test(name)) return c.text('A shop name has only a-z, 0-9 and hyphens, e.g. /store/crossdock-demo.', 404);
    return c.html(page(name), 200, adminPageHeaders(appOrigin));
  });

  return app;
}
