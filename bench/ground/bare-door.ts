import { createServer } from 'node:http';
import pg from 'pg';
import { optionsOfChild, serveParent } from './child.ts';
import { closeServer, listenAnywhere } from './listen.ts';

/** The limit of the webhook door: a bare server that commits one row for each request and answers. */
const { databaseUrl } = optionsOfChild<{ databaseUrl: string }>();
const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 });
await pool.query('CREATE TABLE IF NOT EXISTS bare_door (id bigserial PRIMARY KEY, body text NOT NULL)');
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    pool.query('INSERT INTO bare_door (body) VALUES ($1)', [request.headers['x-shopify-webhook-id']]).then(
      () => response.writeHead(200).end(),
      () => response.writeHead(500).end(),
    );
  });
});
const url = await listenAnywhere(server);
serveParent(
  { url },
  () => null,
  async () => {
    await closeServer(server);
    await pool.end();
  },
);
