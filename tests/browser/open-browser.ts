import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Anything that looks like a bot is turned away by the app's library, HeadlessChrome too. */
export const userAgent = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** An installed Chromium, else the one that comes as an npm package (Linux x64). */
async function executable(): Promise<string> {
  const installed = [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((file) => existsSync(file));
  if (installed) return installed;
  // Makes the package use the system libraries that it brings along.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs22.x';
  const { default: packaged } = await import('@sparticuz/chromium');
  return packaged.executablePath();
}

interface BrowserOptions {
  blockThirdPartyStorage?: boolean;
  /** CSS pixels, its frame included: for contexts that take the window as it is (`viewport: null`). */
  window?: { width: number; height: number };
}

export async function openBrowser({ blockThirdPartyStorage = false, window }: BrowserOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await executable(),
    args: [
      ...quiet,
      ...(blockThirdPartyStorage ? ['--test-third-party-cookie-phaseout', '--block-third-party-cookies'] : []),
      ...(window ? [`--window-size=${window.width},${window.height}`] : []),
    ],
  });
}
