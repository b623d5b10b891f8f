/** The sandbox's control API (same origin). Every failure becomes an Error with a text for people. */

/**
 * @param {string} method
 * @param {string} path below `/_sandbox`
 * @param {unknown} [body]
 * @returns {Promise<Response>}
 */
async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/_sandbox${path}`, {
      method,
      headers:
        body === undefined ? { accept: 'application/json' } : { accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error('The sandbox does not answer. Is it still running?');
  }
  if (response.ok) return response;
  throw new Error(await reason(response, `${method} /_sandbox${path}`));
}

/**
 * @param {Response} response
 * @param {string} what
 */
async function reason(response, what) {
  const text = await response.text();
  let said = text;
  try {
    const body = JSON.parse(text);
    said = body.error?.message ?? body.message ?? body.error ?? text;
  } catch {
    // Not JSON: the text itself is the reason.
  }
  const known = typeof said === 'string' && said.length > 0 && !said.startsWith(String(response.status));
  return known && response.status !== 404
    ? said.slice(0, 400)
    : `${what} answered ${response.status}: ${known ? said.slice(0, 400) : 'no reason given'}`;
}

/**
 * @param {string} path
 * @param {unknown} [body]
 */
const post = async (path, body = {}) => {
  const text = await (await call('POST', path, body)).text();
  return text ? JSON.parse(text) : {};
};

/** @param {string} name order name as the ledger has it; `#` has no place in a path */
const orderPath = (name) => `/shopify/orders/${encodeURIComponent(name.replace('#', ''))}`;

/**
 * Every call of one shop.
 * @param {string} shop myshopify.com domain
 */
export function controlApi(shop) {
  const q = `shop=${encodeURIComponent(shop)}`;
  /**
   * @param {string} name
   * @param {string} action
   * @param {unknown} [body]
   */
  const order = (name, action, body) => post(`${orderPath(name)}/${action}?${q}`, body);
  return {
    /**
     * The ledger as text, so that an unchanged one needs no work.
     * @param {'orders' | 'levels' | 'all'} part
     */
    ledgerText: async (part) => {
      const leaveOut = part === 'orders' ? '&levels=0' : part === 'levels' ? '&orders=0' : '';
      const ledger = (await call('GET', `/shopify/ledger?${q}${leaveOut}`)).text();
      if (part === 'orders') return ledger;
      // The ledger only counts the catalogue; a person wants to see it.
      const products = (await call('GET', `/shopify/products?${q}`)).text();
      return `${(await ledger).trimEnd().slice(0, -1)},"products":${await products}}`;
    },
    /** @param {object} body */
    placeOrder: (body) => post(`/shopify/orders?${q}`, body),
    /** @param {string} name */
    pay: (name) => order(name, 'pay'),
    /** @param {string} name */
    cancel: (name) => order(name, 'cancel'),
    /** @param {string} name @param {{ sku: string, quantity: number }[]} lines */
    edit: (name, lines) => order(name, 'edit', { lines }),
    /** @param {string} name @param {object} body */
    refund: (name, body) => order(name, 'refund', body),
    /** @param {string} name @param {number} n @param {'move' | 'split' | 'hold' | 'release'} action @param {object} [body] */
    fulfilmentOrder: (name, n, action, body) => order(name, `fulfilment-orders/${n}/${action}`, body),
    /** @param {{ sku: string, location: string, available: number }} body */
    setLevel: (body) => post(`/shopify/levels?${q}`, body),
    /** @param {string | number} user */
    idToken: (user) => post(`/shopify/id-token?${q}`, { shop, user }),
    install: () => post(`/shopify/install?${q}`, { shop }),
    uninstall: () => post(`/uninstall?${q}`, { shop }),
    scopes: async () => (await call('GET', `/shopify/scopes?${q}`)).json(),
    /** @param {{ grant?: string[], revoke?: string[] }} change */
    changeScopes: (change) => post(`/shopify/scopes?${q}`, { shop, ...change }),
  };
}

/** @typedef {ReturnType<typeof controlApi>} ControlApi */

/** @typedef {{ id: string | number, name: string, email: string, accountOwner: boolean, locale: string }} User */
/** @typedef {{ domain: string, name: string, plan: string, currency: string, locale: string, installed: boolean, users: User[] }} Shop */

/** @returns {Promise<Shop[]>} */
export async function listShops() {
  const body = await (await call('GET', '/shopify/shops')).json();
  return Array.isArray(body) ? body : body.shops;
}
