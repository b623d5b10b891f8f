import { describe, expect, test, vi } from 'vitest';
import { openTestShop } from './testing/open-test-shop.ts';

const QUERY = '{ shop { myshopifyDomain } }';

describe('tokens', () => {
  test('an id_token is exchanged for an expiring offline token, which then opens the shop for an hour', async () => {
    const shop = openTestShop({ scopes: 'read_products,write_inventory' });
    const { status, body } = await shop.exchange();
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 3600, refresh_token_expires_in: 7_776_000, scope: 'read_products,write_inventory' });
    const call = () => shop.request(QUERY, {}, { 'x-shopify-access-token': body.access_token });
    expect((await call()).status).toBe(200);
    shop.clock.advance(3_600_000);
    expect((await call()).status).toBe(401);
  });

  test('online tokens name the user, and whether it is the account owner', async () => {
    const shop = openTestShop();
    const staff = (await shop.control('/users', { firstName: 'Nora', lastName: 'New', email: 'nora@shop.example', locale: 'de' }))
      .body;
    const owner = await shop.exchange('online');
    const other = await shop.exchange('online', shop.standIn.idToken(shop.shop.domain, staff.id));
    expect(owner.body).toMatchObject({ expires_in: 86_399, associated_user: { account_owner: true, first_name: 'Olivia' } });
    expect(other.body).toMatchObject({
      associated_user: { id: staff.id, account_owner: false, locale: 'de', email: 'nora@shop.example' },
    });
  });

  test('a refresh token works once, and again only until what it gave was used', async () => {
    const shop = openTestShop();
    const first = (await shop.exchange()).body;
    const refresh = (token: string) => shop.oauth({ grant_type: 'refresh_token', refresh_token: token });
    const second = await refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect((await refresh(first.refresh_token)).body.access_token).toBe(second.body.access_token);
    expect((await shop.request(QUERY, {}, { 'x-shopify-access-token': second.body.access_token })).status).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(second.body.refresh_token)).status).toBe(200);
    shop.clock.advance(91 * 86_400_000);
    expect((await refresh(second.body.refresh_token)).status).toBe(400);
  });

  test.each([
    ['another secret', { client_secret: 'no' }, 'application_cannot_be_found'],
    ['another grant', { grant_type: 'authorization_code', code: 'x' }, 'unsupported_grant_type'],
    ['a token that never expires', { expiring: '0' }, 'invalid_request'],
    ['a forged id_token', { subject_token: 'a.b.c' }, 'invalid_subject_token'],
  ])('%s is refused', async (_what, over, error) => {
    const shop = openTestShop();
    const answer = await shop.oauth({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: shop.standIn.idToken(shop.shop.domain, shop.owner()),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
      expiring: '1',
      ...over,
    });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  test('an id_token lives a minute and opens its own shop only', async () => {
    const shop = openTestShop();
    shop.standIn.installShop({ domain: 'other.myshopify.com', catalogue: 'none' });
    const idToken = shop.standIn.idToken(shop.shop.domain, shop.owner());
    expect((await shop.exchange('offline', idToken, 'other.myshopify.com')).body.error).toBe('invalid_subject_token');
    // by the machine's own time: the app checks the token against that
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
    try {
      expect((await shop.exchange('offline', idToken)).body.error).toBe('invalid_subject_token');
    } finally {
      vi.useRealTimers();
    }
  });

  test('uninstalling kills every token, installing again starts anew with what is in the toml then', async () => {
    const shop = openTestShop({ scopes: 'read_products' });
    const { body } = await shop.exchange();
    expect((await shop.control('/uninstall', {})).body).toMatchObject({ installed: false, scopes: [] });
    expect((await shop.request(QUERY, {}, { 'x-shopify-access-token': body.access_token })).status).toBe(401);
    expect((await shop.oauth({ grant_type: 'refresh_token', refresh_token: body.refresh_token })).body.error).toBe(
      'app_not_installed',
    );
    expect((await shop.control('/shopify/id-token', {})).status).toBe(409);
    const again = await shop.control('/shopify/install', {});
    expect(again.body).toMatchObject({ installed: true, scopes: ['read_products'] });
    expect((await shop.exchange()).status).toBe(200);
    expect((await shop.graphql('{ productsCount { count } }')).data.productsCount.count).toBe(72);
  });
});
