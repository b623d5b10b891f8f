import { gzipSync } from 'node:zlib';
import type { Browser, Frame, Locator } from 'playwright-core';
import { userAgent } from '../../tests/browser/open-browser.ts';

/** What web-vitals calls LCP and INP (seconds) and CLS (all shifts, not only those of the worst five seconds). */
export interface Vitals {
  lcp: number;
  cls: number;
  inp: number;
  /** What was done that took longest to show. */
  slowest: string;
}

interface Opened extends Vitals {
  /** The scripts that the page fetched from the app, with their gzipped bytes. */
  scripts: { name: string; bytes: number }[];
}

type Watched = typeof globalThis & { vitals: Vitals };

/** Runs in every frame before anything of the page does. */
function watch(): void {
  const vitals: Vitals = { lcp: 0, cls: 0, inp: 0, slowest: '' };
  (globalThis as Watched).vitals = vitals;
  const observe = (type: string, each: (entry: PerformanceEntry) => void, more: object = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', ({ startTime }) => (vitals.lcp = Math.max(vitals.lcp, startTime / 1000)));
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) vitals.cls += value;
  });
  observe(
    'event',
    (entry) => {
      const { duration, interactionId, name, target } = entry as PerformanceEntry & {
        interactionId: number;
        target: Element | null;
      };
      if (!interactionId || duration / 1000 <= vitals.inp) return;
      vitals.inp = duration / 1000;
      vitals.slowest =
        `${name} on ${target?.tagName.toLowerCase() ?? 'what is gone'} ${target?.textContent?.trim().slice(0, 20) ?? ''}`.trim();
    },
    { durationThreshold: 16 },
  );
}

/** What somebody does on most pages: goes through it by keyboard, searches, opens what can be opened. */
async function goThrough(frame: Frame): Promise<void> {
  const page = frame.page();
  const heading = frame.getByRole('heading', { level: 1 }).first();
  await heading.click();
  for (let times = 0; times < 3; times += 1) await page.keyboard.press('Tab');
  const field = frame.locator('input[type="text"]:visible, input[type="search"]:visible, input:not([type]):visible').first();
  // Scrolling is no interaction, and what it shows is drawn first: without a graphics card that takes its time.
  const reach = async (target: Locator): Promise<void> => {
    await target.scrollIntoViewIfNeeded();
    await page.waitForTimeout(700);
    await target.click();
  };
  if ((await field.count()) > 0) {
    await reach(field);
    await page.keyboard.type('SKU-77', { delay: 60 });
    await page.waitForTimeout(600);
  }
  const openers = frame.locator('button[aria-expanded]:visible, [role="tab"]:visible');
  for (let index = 0; index < Math.min(2, await openers.count()); index += 1) {
    await reach(openers.nth(index));
    await page.waitForTimeout(300);
  }
  await page.keyboard.press('Escape');
  await page.waitForTimeout(300);
}

/** Opens a page of the app inside the admin with nothing in the browser's cache, waits until it is alive, and goes through it. */
export async function openAndGoThrough(browser: Browser, address: string, app: string): Promise<Opened> {
  // The window as it is: of a viewport that is only emulated Chromium draws no more than the window holds, and what is changed below that
  // counts as shown when something above it changes.
  const context = await browser.newContext({ viewport: null, userAgent });
  try {
    await context.addInitScript(watch);
    const page = await context.newPage();
    const fetched: Promise<{ name: string; bytes: number }>[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith(app) && response.request().resourceType() === 'script')
        fetched.push(
          response.body().then(
            (body) => ({ name: response.url().slice(response.url().lastIndexOf('/') + 1), bytes: gzipSync(body).length }),
            () => ({ name: response.url(), bytes: 0 }),
          ),
        );
    });
    await page.goto(address);
    await page.frameLocator('iframe').getByRole('heading', { level: 1 }).first().waitFor();
    const frame = page.frames().find((one) => one.url().startsWith(app));
    if (!frame) throw new Error('The app is not in its frame');
    // React has taken the page over.
    await frame.waitForFunction(() =>
      Object.keys(document.querySelector('h1') ?? {}).some((key) => key.startsWith('__reactFiber')),
    );
    await page.waitForTimeout(700);
    const scripts = await Promise.all(fetched);
    const read = () => frame.evaluate(() => (globalThis as Watched).vitals);
    const { lcp, cls } = await read();
    await goThrough(frame);
    const { inp, slowest } = await read();
    return { lcp, cls, inp, slowest, scripts };
  } finally {
    await context.close();
  }
}
