import { createHmac } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createAdmin } from './routes.ts';

interface LaunchUrlModule {
  launchUrl(options: { appUrl: string; path: string; shop: string; locale: string; grant: Record<string, unknown> }): string;
  ownAddress(path: string): string;
}
const { launchUrl, ownAddress } = (await import(new URL('./client/launch-url.js', import.meta.url).href)) as LaunchUrlModule;

const appUrl = 'http://localhost:3000';
const admin = createAdmin({ appUrl, apiKey: 'key' });

describe('the sandbox admin', () => {
  it('leads from the root to the demo shop', async () => {
    const response = await admin.request('/');
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/store/crossdock-demo');
  });

  it.each([
    '/store/crossdock-demo',
    '/store/crossdock-demo/orders/5001',
    '/store/crossdock-demo/apps/crossdock/app/orders?page=2',
  ])('answers %s with its one document, so that a reload keeps the place', async (path) => {
    const response = await admin.request(path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('"shopName":"crossdock-demo"');
  });

  it('lets only the app be framed and only its own scripts run', async () => {
    const policy = (await admin.request('/store/crossdock-demo')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain('frame-src http://localhost:3000');
    expect(policy).not.toContain('unsafe');
  });

  it('writes its settings so that no value can end the script element', async () => {
    const response = await createAdmin({ appUrl, apiKey: '</script><b>&' }).request('/store/crossdock-demo');
    const html = await response.text();
    expect(html).not.toContain('</script><b>');
    const json = /id="admin-config">([^<]*)</.exec(html)?.[1] ?? '';
    expect(JSON.parse(json)).toMatchObject({ apiKey: '</script><b>&' });
  });

  it.each(['/store/Demo%22%3E', '/store/-demo'])('refuses %s, which can be no shop name', async (path) => {
    expect((await admin.request(path)).status).toBe(404);
  });

  it('serves the files of its client folder and nothing else', async () => {
    const script = await admin.request('/_admin/pages/orders.js');
    expect(script.status).toBe(200);
    expect(script.headers.get('content-type')).toContain('text/javascript');
    for (const path of [
      '/_admin/..%2froutes.ts',
      '/_admin/../routes.ts',
      '/_admin/%2e%2e/page.ts',
      '/_admin/pages',
      '/_admin/missing.js',
    ]) {
      expect((await admin.request(path)).status, path).toBe(404);
    }
  });

  it('serves App Bridge as one classic script for any site', async () => {
    const response = await admin.request('/app-bridge.js');
    expect(response.headers.get('content-type')).toContain('text/javascript');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const text = await response.text();
    // A module's import or export would be a syntax error here, and a name outside the function would be the app's as well.
    expect(() => new Script(text)).not.toThrow();
    expect(text).toMatch(/^(?:"use strict";\s*)?\(\(\) => \{/);
    expect(text).toContain('ui-save-bar');
  });
});

describe('the address of the app’s frame', () => {
  const shop = 'crossdock-demo.myshopify.com';
  const secret = 'secret';
  const sign = (params: Record<string, string>) =>
    createHmac('sha256', secret)
      .update(
        Object.keys(params)
          .sort()
          .map((name) => `${name}=${params[name]}`)
          .join('&'),
      )
      .digest('hex');
  const host = Buffer.from('admin.shopify.com/store/crossdock-demo').toString('base64').replaceAll('=', '');
  const signed = { embedded: '1', host, id_token: 'a.b.c', locale: 'de', session: 'f00', shop, timestamp: '1795000000' };
  const { id_token: idToken, ...rest } = signed;
  const grant = { idToken, ...rest, hmac: sign(signed), expiresIn: 60 };
  const launch = (path: string, given: Record<string, unknown> = grant) =>
    new URL(launchUrl({ appUrl, path, shop, locale: 'en', grant: given }));

  it('carries exactly what was signed, so that the signature holds', () => {
    const { hmac, ...params } = Object.fromEntries(launch('/app').searchParams);
    expect(params).toEqual(signed);
    expect(hmac).toBe(sign(params));
  });

  it('takes the signed values from a nested answer as well', () => {
    expect(launch('/app', { idToken, params: { ...rest, hmac: 'x' } }).searchParams.get('session')).toBe('f00');
  });

  it('names the shop in `host` as base64 without padding even if the grant doesn’t', () => {
    const value = launch('/app', { idToken }).searchParams.get('host') ?? '';
    expect(value).toBe(host);
    expect(value).not.toContain('=');
    const shorter = new URL(launchUrl({ appUrl, path: '/', shop: 'ab.myshopify.com', locale: 'en', grant })).searchParams.get(
      'host',
    );
    expect(shorter).not.toContain('=');
  });

  it('keeps the app’s own path, query and hash', () => {
    const url = launch('/app/orders?state=held&page=2#top');
    expect(url.origin + url.pathname + url.hash).toBe('http://localhost:3000/app/orders#top');
    expect(url.searchParams.get('state')).toBe('held');
    expect(url.searchParams.get('page')).toBe('2');
  });

  it('never takes the admin’s parameters from an address somebody typed', () => {
    const url = launch('/app?shop=evil.myshopify.com&id_token=old&host=x');
    expect(url.searchParams.getAll('shop')).toEqual([shop]);
    expect(url.searchParams.getAll('id_token')).toEqual(['a.b.c']);
  });

  it.each(['//evil.example/app', '/..//evil.example/app'])(
    'stays with the app for %s, which looks like another server',
    (path) => {
      expect(launch(path).origin).toBe(appUrl);
    },
  );

  it('loses the admin’s parameters on the way back to the admin’s address', () => {
    const url = launch('/app/orders?state=held');
    expect(ownAddress(url.pathname + url.search)).toBe('/app/orders?state=held');
  });
});
