import type { Api } from './api.ts';
import { hostsOf } from './limits.ts';
import type { World } from './world.ts';

/** What tells that this is HotWax, which release, and who is asking. Source: hotwax.md §3.2. */
export function connection(api: Api, world: World): void {
  api.get('/api/checkLoginOptions', (c) =>
    c.json({
      loginAuthType: 'BASIC',
      ...(hostsOf(world) === 'two' ? { maargInstanceUrl: `${world.publicUrl}/maarg` } : {}),
    }),
  );
  api.get('/admin/checkLoginOptions', (c) => c.json({ loginAuthType: 'BASIC' }));
  const profile = (username: string) => ({
    userId: username,
    username,
    userLoginId: username,
    partyId: 'COMPANY',
    userFullName: 'Crossdock integration',
    timeZone: 'America/New_York',
    locale: 'en_US',
  });
  api.get('/admin/user/profile', (c) => c.json(profile(c.get('user'))));
  api.get('/api/user-profile', (c) => c.json(profile(c.get('user'))));
  api.get('/admin/maarg', (c) =>
    c.json({
      instanceInfo: {
        instancePurpose: 'dev',
        instanceName: 'sandbox',
        omsInstanceUrl: hostsOf(world) === 'two' ? `${world.publicUrl}/oms/api` : `${world.publicUrl}/api`,
        componentRelease: '5.1.0',
      },
      components: [
        { name: 'maarg-util', version: '4.4.0' },
        { name: 'oms', version: '1.12.0' },
        { name: 'ofbiz-oms-udm', version: '2.10.0' },
        { name: 'mantle-shopify-connector', version: '2.7.0' },
        { name: 'poorti', version: '2.3.0' },
      ],
    }),
  );
  api.get('/admin/oms/healthCheck', (c) => c.json({ status: 'success' }));
}
