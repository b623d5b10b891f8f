import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';

/** `npm run licences`: writes docs/licences.md from package-lock.json. tests/architecture/dependencies.test.ts checks that it is fresh. */
const root = path.resolve(import.meta.dirname, '..');
export const licencesFile = path.join(root, 'docs/licences.md');

interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  deprecated?: string;
}

export interface Dependency extends Locked {
  name: string;
  version: string;
  /** SPDX, from the lockfile or else from the package itself; null when neither says. */
  licence: string | null;
  /** Whether it is part of what runs in production. */
  ships: boolean;
}

function licenceOf(folder: string): string | null {
  const file = path.join(root, folder, 'package.json');
  if (!existsSync(file)) return null;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
    license?: string | { type?: string };
    licenses?: { type?: string }[];
  };
  if (typeof license === 'string') return license;
  return license?.type ?? (licenses?.map(({ type }) => type).join(' OR ') || null);
}

/** Every package of the lockfile, our own workspaces left out. */
export function dependencies(): Dependency[] {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages)
    .filter(([folder, { link }]) => folder.includes('node_modules/') && !link)
    .map(([folder, locked]) => ({
      ...locked,
      name: folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: locked.version ?? '',
      licence: locked.license ?? licenceOf(folder),
      ships: !locked.dev && !locked.devOptional,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : one.version < other.version ? -1 : 1));
}

/** The page: what ships by name, what is used to build and test by licence. */
export function licencesPage(): Promise<string> {
  const all = dependencies();
  const rows = new Map(all.filter(({ ships }) => ships).map((one) => [`${one.name} ${one.version}`, one]));
  const tools = Map.groupBy(
    all.filter(({ ships }) => !ships),
    ({ licence }) => licence ?? 'unknown',
  );
  const counts = [...tools].sort(([one], [other]) => (one < other ? -1 : 1));
  const text = `# Licences of what we depend on

Written by \`npm run licences\` from package-lock.json; a test fails when it is stale, and when a licence is not on the list of those allowed
(tests/architecture/dependencies.test.ts). Beside npm packages: the Admin API's schema in vendor/shopify-admin-schema (ISC, its licence beside it).

## What runs in production

| Package | Version | Licence |
| --- | --- | --- |
${[...rows.values()].map(({ name, version, licence }) => `| ${name} | ${version} | ${licence ?? 'unknown'} |`).join('\n')}

## What builds and tests it

| Licence | Packages |
| --- | --- |
${counts.map(([licence, list]) => `| ${licence} | ${list.length} |`).join('\n')}
`;
  return format(text, {
    parser: 'markdown',
    ...(JSON.parse(readFileSync(path.join(root, '.prettierrc.json'), 'utf8')) as object),
  });
}

if (import.meta.main) writeFileSync(licencesFile, await licencesPage());
