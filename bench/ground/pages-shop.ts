import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { ControlClient } from '../../sandbox/control-client.ts';
import { Merchant } from '../../sandbox/merchant.ts';
import { connectBackOffice, mapLocations, mapMethods } from '../../sandbox/set-up-shop.ts';
import { startSandbox } from '../../sandbox/start.ts';
import { userAgent } from '../../tests/browser/open-browser.ts';
import type { Place } from './fill.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SHOP = 'pages-bench';

/** One loader of the built app: as the browser asks for it. */
export interface Loader {
  route: string;
  path: string;
}

export interface PagesShop {
  place: Place;
  /** The address of a page inside the stand-in admin. */
  inAdmin(page: string): string;
  /** Where the app itself answers. */
  app: string;
  /** Asks one loader once; seconds until its answer was there whole, and its status. */
  ask(loader: Loader): Promise<{ seconds: number; status: number }>;
  /** A new ID token: they last a minute. */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

interface Route {
  id: string;
  parentId?: string;
  path?: string;
  hasLoader: boolean;
}

/** Every loader of a page in the build, its address filled in with what `params` and `query` name. */
export function builtLoaders(params: Record<string, string>, query: Record<string, string>): Loader[] {
  const [file] = globSync('build/client/assets/manifest-*.js', { cwd: root });
  if (!file) throw new Error('The pages are not built: run "npm run build" first');
  const text = readFileSync(path.join(root, file), 'utf8');
  const { routes } = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as { routes: Record<string, Route> };
  const pathOf = ({ parentId, path: own }: Route): string => {
    const parent = parentId ? routes[parentId] : undefined;
    return [parent ? pathOf(parent) : '', own ?? ''].filter(Boolean).join('/');
  };
  const filled = new URLSearchParams(query).toString();
  return Object.values(routes)
    .filter(({ id, hasLoader }) => hasLoader && id.startsWith('routes/app'))
    .map((route) => ({
      route: route.id,
      path: `/${pathOf(route).replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[`${route.id} ${name}`] ?? params[name] ?? 'x'))}?${filled}`,
    }));
}

/** The whole system on this machine, and in it a shop that is connected to the built-in back office, its syncs on but not due. */
export async function openPagesShop({ data, port }: { data: string; port: number }, client: pg.Client): Promise<PagesShop> {
  const sandbox = await startSandbox({ data, port, workers: 1, onNote: () => undefined, env: { LOG_LEVEL: 'error' } });
  const domain = `${SHOP}.myshopify.com`;
  const control = new ControlClient(port);
  await control.post('/shops', { domain, name: SHOP, catalogue: 'small' });
  const merchant = new Merchant(port, { shop: domain });
  await merchant.open();
  const connectionId = await connectBackOffice(merchant, control, 'stockroom');
  await mapLocations(merchant, connectionId);
  await mapMethods(merchant, connectionId);
  const { rows } = await client.query<{ shop_id: number; location_id: string; facility_id: string }>(
    'SELECT shop_id, location_id, facility_id FROM location_link WHERE connection_id = $1 ORDER BY location_id LIMIT 1',
    [connectionId],
  );
  const [link] = rows;
  if (!link) throw new Error('No location of the shop is mapped');
  await client.query(
    `UPDATE sync SET enabled = true, enabled_at = now(), next_due = now() + interval '1 day' WHERE connection_id = $1`,
    [connectionId],
  );
  // What the installation has begun is done.
  await sleep(3_000);
  const app = `http://localhost:${port - 100}`;
  let token = '';
  const shop: PagesShop = {
    place: { shopId: link.shop_id, connectionId, locationId: link.location_id, facilityId: link.facility_id },
    app,
    inAdmin: (page) => `http://127.0.0.1:${port}/store/${SHOP}/apps/crossdock${page}`,
    async renew() {
      ({ idToken: token } = await control.post<{ idToken: string }>('/shopify/id-token', { shop: domain }));
    },
    async ask({ route, path: address }) {
      const url = new URL(address, app);
      url.searchParams.set('_data', route);
      const started = performance.now();
      const answer = await fetch(url, {
        headers: { authorization: `Bearer ${token}`, 'user-agent': userAgent },
        redirect: 'manual',
      });
      await answer.arrayBuffer();
      return { seconds: (performance.now() - started) / 1000, status: answer.status };
    },
    stop: () => sandbox.stop(),
  };
  await shop.renew();
  return shop;
}
