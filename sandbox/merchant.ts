import { ControlClient } from './control-client.ts';

/** What an action of the app answers. */
export interface ActionAnswer<Result = unknown> {
  ok: boolean;
  done?: string;
  result?: Result;
  failure?: unknown;
}

// A browser's own: the app's library turns anything that looks like a bot away.
const userAgent = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

/** A person in the shop's admin, using the app's own pages and nothing else: what the demo and the flow tests act as. */
export class Merchant {
  readonly #control: ControlClient;
  readonly #app: string;
  readonly shop: string;
  readonly user: string | undefined;

  constructor(port: number, { shop = 'crossdock-demo.myshopify.com', user }: { shop?: string; user?: string } = {}) {
    this.#control = new ControlClient(port);
    this.#app = `http://localhost:${port - 100}`;
    this.shop = shop;
    this.user = user;
  }

  async #headers(): Promise<Record<string, string>> {
    const { idToken } = await this.#control.post<{ idToken: string }>('/shopify/id-token', {
      shop: this.shop,
      ...(this.user ? { user: this.user } : {}),
    });
    return { authorization: `Bearer ${idToken}`, 'user-agent': userAgent };
  }

  /** Opens the app as the admin's iframe does: the first time, this installs it. */
  async open(path = '/app'): Promise<string> {
    const { idToken, host } = await this.#control.post<{ idToken: string; host?: string; params?: { host: string } }>(
      '/shopify/id-token',
      { shop: this.shop },
    );
    const query = new URLSearchParams({
      embedded: '1',
      shop: this.shop,
      host: host ?? Buffer.from(`admin.shopify.com/store/${this.shop.split('.')[0]}`).toString('base64url'),
      id_token: idToken,
      locale: 'en',
    });
    const response = await fetch(`${this.#app}${path}?${query}`, {
      headers: { 'user-agent': userAgent, accept: 'text/html' },
      redirect: 'manual',
    });
    const text = await response.text();
    if (response.status !== 200)
      throw new Error(
        `Opening ${path} answered ${response.status} ${response.headers.get('location') ?? ''} ${text.slice(0, 500)}`,
      );
    return text;
  }

  /** What a page shows, as data. */
  async read<Data>(path: string, route: string): Promise<Data> {
    const url = new URL(path, this.#app);
    url.searchParams.set('_data', route);
    const response = await fetch(url, { headers: await this.#headers(), redirect: 'manual' });
    const text = await response.text();
    if (!response.ok) throw new Error(`Reading ${path} answered ${response.status}: ${text.slice(0, 1000)}`);
    return JSON.parse(text) as Data;
  }

  /** Does what a button or a form of a page does. Throws with the page's own words when it is refused. */
  async act<Result = unknown>(path: string, route: string, body: unknown): Promise<ActionAnswer<Result>> {
    const answer = await this.tryAct<Result>(path, route, body);
    if (!answer.ok) throw new Error(`${path} refused: ${JSON.stringify(answer.failure)}`);
    return answer;
  }

  /** As `act`, for forms that lead to another page when they are saved; returns its address. */
  async submit(path: string, route: string, body: unknown): Promise<string> {
    const response = await this.#post(path, route, body);
    const to = response.headers.get('x-remix-redirect') ?? response.headers.get('location');
    if (!to) throw new Error(`${path} refused: ${(await response.text()).slice(0, 1000)}`);
    return to;
  }

  /** As `act`, for refusals that are expected. */
  async tryAct<Result = unknown>(path: string, route: string, body: unknown): Promise<ActionAnswer<Result>> {
    const response = await this.#post(path, route, body);
    const text = await response.text();
    if (response.status >= 500 || !text.startsWith('{'))
      throw new Error(`${path} answered ${response.status}: ${text.slice(0, 1000)}`);
    return JSON.parse(text) as ActionAnswer<Result>;
  }

  async #post(path: string, route: string, body: unknown): Promise<Response> {
    const url = new URL(path, this.#app);
    url.searchParams.set('_data', route);
    return fetch(url, {
      method: 'POST',
      headers: { ...(await this.#headers()), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
    });
  }
}
