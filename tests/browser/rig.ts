import type { Browser, Frame, FrameLocator, Page } from 'playwright-core';
import { expect, inject } from 'vitest';
import { ControlClient } from '../../sandbox/control-client.ts';
import { userAgent } from './open-browser.ts';

export { openBrowser } from './open-browser.ts';

/** The stand-in admin with the app in its iframe, as one person sees it. What the page complains of fails the test. */
export class AdminPage {
  readonly page: Page;
  readonly #shop: string;
  readonly #complaints: string[] = [];

  constructor(page: Page, shop: string) {
    this.page = page;
    this.#shop = shop;
    page.on('pageerror', (error) => this.#complaints.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`console.error: ${message.text()}`);
    });
  }

  static async open(browser: Browser, shop: string, { width = 1280, height = 900 } = {}): Promise<AdminPage> {
    const context = await browser.newContext({ viewport: { width, height }, userAgent });
    return new AdminPage(await context.newPage(), shop);
  }

  /** The app, inside the admin. */
  get app(): FrameLocator {
    return this.page.frameLocator('iframe');
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(`http://127.0.0.1:${inject('sandboxPort')}/store/${this.#shop}/apps/crossdock${path}`);
    await this.app.getByRole('heading', { level: 1 }).first().waitFor();
    // React has taken the page over: a click before that is nobody's.
    await this.#frame().waitForFunction(() =>
      Object.keys(document.querySelector('h1') ?? {}).some((key) => key.startsWith('__reactFiber')),
    );
  }

  #frame(): Frame {
    const frame = this.page.frames().find((one) => one.url().includes(`localhost:${inject('sandboxPort') - 100}`));
    if (!frame) throw new Error('The app is not in its frame');
    return frame;
  }

  /** By how many pixels the app's page is wider than its frame. */
  async sidewaysOverflow(): Promise<number> {
    return this.#frame().evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }

  /** Closes the page; fails when it complained. */
  async close(): Promise<void> {
    await this.page.context().close();
    expect(this.#complaints).toEqual([]);
  }
}

/** A shop of its own for one test file, with the app not opened yet. */
export async function newShop(name: string): Promise<{ control: ControlClient; domain: string }> {
  const control = new ControlClient(inject('sandboxPort'));
  const domain = `${name}.myshopify.com`;
  await control.post('/shops', { domain, name, catalogue: 'small' });
  return { control, domain };
}
