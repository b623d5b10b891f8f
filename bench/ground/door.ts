import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import { serveParent } from './child.ts';
import { closeServer, listenAnywhere } from './listen.ts';

/** The doors of the web process without its pages: webhooks and back offices come in here, behind the real limits and headers. */
const doors = await import('../../app/doors.ts');
const { setConnectors } = await import('../../app/connections/known-connectors.ts');
const { connectors } = await import('../../app/connectors/registry.ts');
const { quickOffice } = await import('./quick-office.ts');
const { createWebApp } = await import('../../app/web-app.ts');
const { prisma } = await import('../../app/db/client.ts');
setConnectors([...connectors, quickOffice]);
const pages = () => Promise.resolve(new Response('not here', { status: 404 }));
const app = createWebApp({ doors, pages, files: 'public', version: '0', production: true, proxies: 0 });
const server = createAdaptorServer({ fetch: app.fetch }) as Server;
const url = await listenAnywhere(server);
serveParent(
  { url },
  () => null,
  async () => {
    await closeServer(server);
    await doors.stopBoss();
    await prisma.$disconnect();
  },
);
