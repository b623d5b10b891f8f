import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { bodyLimit } from '../../kit/http.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Shop, World } from '../core/world.ts';
import { bulkById, RESULT_DAYS } from './operations.ts';

/** The most a JSONL for a bulk mutation may weigh (facts: shopify.md §4 Bulk operations). */
export const MAX_UPLOAD = 100 * 1024 * 1024;

interface StagedInput {
  filename: string;
  mimeType: string;
  resource: string;
  httpMethod?: string;
  fileSize?: string;
}

/** A place to upload to: the address and the form fields to send before the file. */
export function stageUpload(world: World, shop: Shop, input: StagedInput) {
  const key = `tmp/${shop.id}/bulk/${randomUUID()}/${input.filename}`;
  world.state.run(
    'INSERT INTO uploads (key, shop_id, file, size, created_at) VALUES (?,?,?,0,?)',
    key,
    shop.id,
    '',
    world.clock.now(),
  );
  const parameters = {
    key,
    'Content-Type': input.mimeType,
    success_action_status: '201',
    acl: 'private',
    'x-goog-algorithm': 'GOOG4-RSA-SHA256',
    policy: Buffer.from(key).toString('base64'),
  };
  return {
    url: `${world.publicUrl}/_uploads/${shop.id}`,
    resourceUrl: `${world.publicUrl}/_uploads/${shop.id}/${key}`,
    parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
  };
}

/** The file behind a staged path; undefined when nothing was uploaded there. */
export function uploadedFile(world: World, shop: Shop, key: string): string | undefined {
  const row = world.state.get<{ file: string }>('SELECT file FROM uploads WHERE key = ? AND shop_id = ?', key, shop.id);
  return row && row.file !== '' && existsSync(row.file) ? row.file : undefined;
}

/** `/_uploads` (staged uploads, as an object store takes forms) and `/_bulk` (results). */
export function fileRoutes(world: World): Hono {
  const app = new Hono();
  // a little more than a file may weigh: the form around it
  app.use('/_uploads/*', bodyLimit(MAX_UPLOAD + 1_000_000));

  app.post('/_uploads/:shop', async (c) => {
    const form = await c.req.raw.formData().catch(() => undefined);
    if (!form)
      return refuse(
        'shopify.md §4 "Upload: … multipart, file last"',
        400,
        xml('MalformedPOSTRequest', 'The body is not multipart/form-data.'),
      );
    const entries = [...form.entries()];
    const last = entries.at(-1);
    const key = form.get('key');
    const row =
      typeof key === 'string'
        ? world.state.get('SELECT 1 FROM uploads WHERE key = ? AND shop_id = ?', key, Number(c.req.param('shop')))
        : undefined;
    if (!row || typeof key !== 'string')
      return refuse(
        'shopify.md §4 "stagedUploadPath = value of parameter key"',
        403,
        xml('AccessDenied', 'The key is not one that was staged.'),
      );
    if (form.get('policy') === null)
      return refuse(
        'shopify.md §4 "stagedUploadsCreate … parameters"',
        403,
        xml('AccessDenied', 'The parameters of the staged target are missing.'),
      );
    if (last?.[0] !== 'file' || !(last[1] instanceof File))
      return refuse('shopify.md §4 "multipart, file last"', 400, xml('InvalidArgument', 'The file must be the last field.'));
    if (last[1].size > MAX_UPLOAD)
      return refuse(
        'shopify.md §4 "input JSONL ≤100 MB"',
        400,
        xml('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size.'),
      );
    const folder = join(world.filesDir, 'uploads');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${randomUUID()}.jsonl`);
    writeFileSync(file, Buffer.from(await last[1].arrayBuffer()));
    world.state.run('UPDATE uploads SET file = ?, size = ? WHERE key = ?', file, last[1].size, key);
    return new Response(`<?xml version="1.0"?><PostResponse><Key>${key}</Key></PostResponse>`, {
      status: 201,
      headers: { 'content-type': 'application/xml' },
    });
  });

  app.get('/_bulk/:id/:name', (c) => {
    const row = bulkById(world, Number(c.req.param('id')));
    if (!row?.file || !row.file.endsWith(c.req.param('name')) || !existsSync(row.file))
      return c.text(xml('NoSuchKey', 'The specified key does not exist.'), 404);
    if (world.clock.now() - (row.completed_at ?? 0) > RESULT_DAYS * 86_400_000)
      return refuse('shopify.md §4 "result URL 7 days"', 400, xml('ExpiredToken', 'The provided token has expired.'));
    return new Response(Readable.toWeb(createReadStream(row.file)) as ReadableStream, {
      headers: { 'content-type': 'application/jsonl' },
    });
  });
  return app;
}

/** Address of an operation's result. */
export const resultUrl = (world: World, row: { id: number; file: string }): string =>
  `${world.publicUrl}/_bulk/${row.id}/${row.file.split('/').at(-1) ?? ''}`;

const xml = (code: string, message: string): string =>
  `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
