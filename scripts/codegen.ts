import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { apiVersion } from '../app/shopify/api-version.ts';
import config from '../codegen.ts';

/**
 * `npm run codegen`: unpacks the vendored Admin schema to .shopify/ and writes the types of our documents. Does nothing when
 * neither the schema, nor a document, nor the configuration changed since the last time.
 */
const root = path.resolve(import.meta.dirname, '..');
const packed = path.join(root, `vendor/shopify-admin-schema/admin_${apiVersion}.json.gz`);
const unpacked = path.join(root, `.shopify/admin-${apiVersion}.schema.json`);
const generated = path.join(root, 'app/shopify/operations/generated');
const output = path.join(generated, 'graphql.ts');
const stamp = path.join(generated, 'inputs.sha256');

function hashOfInputs(): string {
  const hash = createHash('sha256').update(readFileSync(packed));
  const documents = globSync('app/shopify/operations/**/*.graphql', { cwd: root }).sort();
  for (const file of [...documents, 'codegen.ts', 'scripts/codegen.ts', 'package-lock.json'])
    hash.update(`\n${file}\n`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

const inputs = hashOfInputs();
if (existsSync(output) && existsSync(unpacked) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) {
  process.stdout.write('The types of the GraphQL documents are up to date\n');
} else {
  const schema = JSON.parse(gunzipSync(readFileSync(packed)).toString('utf8')) as { data: { __schema: unknown } };
  mkdirSync(path.dirname(unpacked), { recursive: true });
  writeFileSync(unpacked, JSON.stringify({ __schema: schema.data.__schema }));
  const { generate } = await import('@graphql-codegen/cli'); // here, because loading it takes longer than finding nothing to do
  const files = (await generate({ ...config, cwd: root, silent: true }, false)) as { filename: string; content: string }[];
  const types = files.find((file) => path.basename(file.filename) === 'graphql.ts');
  if (!types) throw new Error('graphql-codegen wrote no graphql.ts');
  mkdirSync(generated, { recursive: true });
  // The preset's gql() helper and index are left out: documents are imported by their own names. Renamed into place, because others may be reading.
  const draft = `${output}.${process.pid}`;
  writeFileSync(draft, `// Written by scripts/codegen.ts from the .graphql files beside; not in git.\n${types.content}`);
  renameSync(draft, output);
  writeFileSync(stamp, inputs);
  process.stdout.write('Wrote the types of the GraphQL documents\n');
}
